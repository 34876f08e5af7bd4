import { createHash } from "node:crypto";

import { createClient } from "@mdreader/client";
import sharp from "sharp";

import { findEntryOffsets, createZip } from "../../zip.ts";
import { sendAndRead, type Attacker, type HostileRequest, repeat } from "./attacker.ts";

/** Imports a malicious archive. */
function createImport(name: string, make: () => Promise<Buffer<ArrayBuffer>>): HostileRequest {
  return {
    name,
    async prepare({ url, token, workspaceId }) {
      const zip = await make();
      return async () => {
        const client = createClient({ url, token });
        try {
          const { failed } = await client.importArchive(workspaceId, new Blob([zip]));
          return failed.map(({ message }) => message);
        } finally {
          await client.close();
        }
      };
    },
  };
}

async function uploadImage({ url, token, workspaceId }: Attacker, picture: Buffer, name: string) {
  const client = createClient({ url, token });
  const file = await client.uploadFile(workspaceId, new Blob([new Uint8Array(picture)]), { name });
  const { url: link } = await client.file.downloadUrl.query({ id: file.id });
  return async () => {
    const answer = await fetch(`${client.fileUrl(link)}&thumbnail=1`);
    await answer.bytes();
    await client.close();
    return [String(answer.status)];
  };
}

const createBlank = (side: number) =>
  sharp({ create: { width: side, height: side, channels: 4, background: "white" }, limitInputPixels: false });

async function uploadImages(who: Attacker, picture: Buffer, name: string, count: number) {
  const ask = await uploadImage(who, picture, name);
  return async () => {
    const answers: string[] = [];
    for (let n = 0; n < count; n += 1) answers.push(...(await ask()));
    return answers;
  };
}

/** Hostile file uploads. */
export const files: HostileRequest[] = [
  createImport("an archive of 117 bytes whose file is longer than declared", async () => {
    const zip = await createZip({ "lie.bin": "hello world" });
    const { central, local } = findEntryOffsets(zip);
    zip.writeUInt32LE(10, central + 24);
    zip.writeUInt32LE(10, local + 22);
    return zip;
  }),
  createImport("an archive whose compressed bytes are damaged", async () => {
    const zip = await createZip({ "torn.bin": "some text that is packed ".repeat(20) });
    const { local } = findEntryOffsets(zip);
    zip.fill(0xff, local + 40, local + 50);
    return zip;
  }),
  createImport("an archive with an entry beyond its end", async () => {
    const zip = await createZip({ "far.bin": "hello" });
    zip.writeUInt32LE(0x7fff_0000, findEntryOffsets(zip).central + 42);
    return zip;
  }),
  {
    name: "a thumbnail of an interlaced PNG of 7,000 × 7,000 pixels",
    prepare: async (who) =>
      uploadImage(
        who,
        await createBlank(7000).png({ progressive: true, compressionLevel: 9 }).toBuffer(),
        "large.png",
      ),
  },
  {
    name: "20 thumbnails of a damaged picture",
    prepare: async (who) =>
      uploadImages(who, (await createBlank(500).png().toBuffer()).subarray(0, 300), "torn.png", 20),
  },
  {
    name: "permanently deleted bytes, announced by their hash",
    async prepare({ url, api, token, workspaceId }) {
      const bytes = Buffer.from("what was removed for good");
      const client = createClient({ url, token });
      const { id } = await client.uploadFile(workspaceId, new Blob([bytes]), { name: "old.bin" });
      await client.close();
      await api.file.delete.mutate({ id });
      await api.file.purge.mutate({ id });
      const hash = createHash("sha256").update(bytes).digest("hex");
      const announced = { workspaceId, name: "new.bin", size: bytes.byteLength, hash };
      return async () => {
        const upload = await api.file.createUpload.mutate(announced);
        return [await sendAndRead(api.file.completeUpload.mutate({ id: upload.id }))];
      };
    },
  },
  {
    name: "203 files of 50 MB, announced but not sent",
    async prepare({ api, workspaceId }) {
      const announce = (n: number) =>
        api.file.createUpload.mutate({ workspaceId, name: `${n}.bin`, size: 50 * 1024 * 1024 });
      return async () => {
        const answers: string[] = [];
        for (const n of repeat(203, (count) => count)) answers.push(await sendAndRead(announce(n)));
        return answers;
      };
    },
  },
];
