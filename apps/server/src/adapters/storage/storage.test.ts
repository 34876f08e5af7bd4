import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";

import type { ByteRange } from "@mdreader/api";
import { createMemoryStorage } from "@mdreader/api/testing";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { createUploader, download, sha256 } from "../../../test/files.ts";
import { startS3 } from "../../../test/s3.ts";
import { serve, createTemporaryFolder } from "../../../test/serve.ts";
import { findUploadOrigin } from "./create-storage.ts";
import { createLocalStorage } from "./local.ts";
import { createS3Storage } from "./s3.ts";

const made = new AsyncDisposableStack();
afterAll(() => made.disposeAsync());

const storages = {
  local: async () => createLocalStorage(await createTemporaryFolder(made)),
  s3: async () => createS3Storage(await startS3(made)),
  memory: async () => createMemoryStorage(),
};

async function* toChunks(...parts: Uint8Array[]) {
  yield* parts;
}

/** The contract of all storages. */
describe.each(Object.entries(storages))("the %s storage", (_name, open) => {
  test("stores received bytes, and returns them completely or by range", async () => {
    const storage = await open();
    const [id, key] = [randomUUID(), `${randomUUID()}/ab/${"ab".repeat(32)}`];
    const bytes = randomBytes(100_000);
    expect(await storage.readDraftSize(id)).toBeNull();
    expect(await storage.hashDraft(id)).toBeNull();
    expect(await storage.append(id, 0, toChunks(bytes.subarray(0, 5), bytes.subarray(5)))).toBe(
      bytes.byteLength,
    );
    const inspected = await storage.hashDraft(id);
    expect([inspected?.size, sha256(bytes)]).toEqual([
      bytes.byteLength,
      Buffer.from(inspected?.hash ?? []).toString("hex"),
    ]);
    expect(await buffer(await storage.readDraft(id, { start: 3, end: 9 }))).toEqual(bytes.subarray(3, 10));
    expect(await Array.fromAsync(storage.listDrafts(), (stored) => stored.key)).toEqual([id]);
    await storage.commitUpload(id, key);
    expect(await storage.readDraftSize(id)).toBeNull();
    expect(await storage.readSize(key)).toBe(bytes.byteLength);
    expect(await buffer(await storage.read(key))).toEqual(bytes);
    expect(await buffer(await storage.read(key, { start: 99_990, end: 99_999 }))).toEqual(
      bytes.subarray(99_990),
    );
    expect(await Array.fromAsync(storage.listObjects(), (stored) => stored.key)).toEqual([key]);
    await storage.remove(key);
    await storage.remove(key);
    expect(await storage.readSize(key)).toBeNull();
    await expect(storage.read(key)).rejects.toThrow();
  });

  test("stores and sends large files in parts of any size, and empty ones", async () => {
    const storage = await open();
    const sent = async (bytes: Uint8Array, range?: ByteRange) => {
      const [id, key] = [randomUUID(), `${randomUUID()}/ab/${"ab".repeat(32)}`];
      const parts = Array.from({ length: Math.ceil(bytes.byteLength / 99_991) }, (_, n) =>
        bytes.subarray(n * 99_991, (n + 1) * 99_991),
      );
      expect(await storage.append(id, 0, toChunks(...parts))).toBe(bytes.byteLength);
      const arrived = await storage.hashDraft(id);
      expect(Buffer.from(arrived?.hash ?? []).toString("hex")).toBe(sha256(bytes));
      await storage.commitUpload(id, key);
      const server = createServer((_request, response) => void storage.sendTo(key, () => response, range));
      await once(server.listen(0, "127.0.0.1"), "listening");
      const { port } = z.object({ port: z.number() }).parse(server.address());
      const received = await fetch(`http://127.0.0.1:${port}`);
      const content = Buffer.from(await received.arrayBuffer());
      server.close();
      server.closeAllConnections();
      return content;
    };
    const bytes = randomBytes(3_000_001);
    expect((await sent(bytes)).equals(bytes)).toBe(true);
    const [start, end] = [300_000, 2_900_000];
    expect((await sent(bytes, { start, end })).equals(bytes.subarray(start, end + 1))).toBe(true);
    expect(await sent(Buffer.alloc(0))).toEqual(Buffer.alloc(0));
    const missing = storage.sendTo(`${randomUUID()}/ef/${"ef".repeat(32)}`, () => new PassThrough());
    await expect(missing).rejects.toThrow();
  });

  test("accepts empty and small files, and deletes drafts", async () => {
    const storage = await open();
    const [id, key] = [randomUUID(), `${randomUUID()}/cd/${"cd".repeat(32)}`];
    expect(await storage.append(id, 0, toChunks())).toBe(0);
    await storage.commitUpload(id, key);
    expect(await storage.readSize(key)).toBe(0);
    expect(await buffer(await storage.read(key, { start: 0, end: 99 }))).toEqual(Buffer.alloc(0));
    await storage.put(`${key}.thumbnail.webp`, Buffer.from("small"));
    expect((await buffer(await storage.read(`${key}.thumbnail.webp`))).toString()).toBe("small");
    const other = randomUUID();
    await storage.append(other, 0, toChunks(Buffer.from("x")));
    await storage.deleteDraft(other);
    await storage.deleteDraft(other);
    expect(await storage.readDraftSize(other)).toBeNull();
  });
});

test("local storage rejects names that lead out of its folder", async () => {
  const storage = createLocalStorage(await createTemporaryFolder(made));
  await expect(storage.readDraftSize("../../etc/passwd")).rejects.toThrow(TypeError);
  await expect(storage.read("../../../etc/passwd")).rejects.toThrow(TypeError);
  await expect(storage.read(`${randomUUID()}/../../etc/passwd`)).rejects.toThrow(TypeError);
});

test("browsers send files to the bucket's origin with S3, and otherwise to the server", async () => {
  const amazon = { bucket: "notes", region: "eu-central-1", endpoint: undefined };
  const origins = await Promise.all([
    findUploadOrigin(createS3Storage({ ...amazon, accessKeyId: "id", secretAccessKey: "secret" })),
    findUploadOrigin(createS3Storage({ ...(await startS3(made)), endpoint: "http://s3.localhost:9000" })),
    findUploadOrigin(createLocalStorage(await createTemporaryFolder(made))),
  ]);
  expect(origins).toEqual(["https://notes.s3.eu-central-1.amazonaws.com", "http://s3.localhost:9000", null]);
});

test("with S3, clients upload directly to the bucket and download through the server", async () => {
  const s3 = await startS3(made);
  await using served = await serve({
    env: {
      STORAGE: "s3",
      S3_BUCKET: s3.bucket,
      S3_ENDPOINT: s3.endpoint,
      S3_ACCESS_KEY_ID: s3.accessKeyId,
      S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    },
  });
  const { client, workspaceId } = await createUploader(served);
  const bytes = randomBytes(3_000_000);
  const { target } = await client.file.createUpload.mutate({ workspaceId, name: "seen.bin", size: 5 });
  expect([target?.kind, target?.url.startsWith(s3.endpoint)]).toEqual(["whole", true]);
  const file = await client.uploadFile(workspaceId, new Blob([bytes]), { name: "large.bin" });
  expect(file.hash).toBe(sha256(bytes));
  expect(sha256(await (await download(client, file.id)).bytes())).toBe(file.hash);
  const part = await download(client, file.id, { headers: { range: "bytes=10-19" } });
  expect(Buffer.from(await part.bytes())).toEqual(bytes.subarray(10, 20));
});
