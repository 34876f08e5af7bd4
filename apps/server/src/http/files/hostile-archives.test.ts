import { afterAll, beforeAll, expect, test } from "vitest";

import { importZip } from "../../../test/archives.ts";
import { readReason } from "../../../test/calls.ts";
import { createUploader, type Uploader } from "../../../test/files.ts";
import { serve, type Served } from "../../../test/serve.ts";
import { findEntryOffsets, createZip } from "../../../test/zip.ts";

let served: Served;
let person: Uploader;
beforeAll(async () => {
  served = await serve();
  person = await createUploader(served);
});
afterAll(() => served[Symbol.asyncDispose]());

/** An archive with one entry whose size in the directory is wrong. */
async function createMisdeclaredArchive(name: string, says: number): Promise<Buffer<ArrayBuffer>> {
  const zip = await createZip({ [name]: "hello world" });
  const { central, local } = findEntryOffsets(zip);
  zip.writeUInt32LE(says, central + 24);
  zip.writeUInt32LE(says, local + 22);
  return zip;
}

const damaged = { created: 0, files: 0, failed: [{ message: "is damaged" }] };

test.for(["lie.bin", "lie.md"])("%s is reported as damaged if its size is wrong", async (name) => {
  expect(await importZip(person, await createMisdeclaredArchive(name, 10))).toMatchObject(damaged);
  expect(await importZip(person, await createMisdeclaredArchive(name, 12))).toMatchObject(damaged);
});

test.for(["torn.bin", "torn.md"])("%s is reported as damaged if its compressed bytes are", async (name) => {
  const zip = await createZip({ [name]: "some text that is packed ".repeat(20) });
  const { local } = findEntryOffsets(zip);
  zip.fill(0xff, local + 30 + name.length + 2, local + 30 + name.length + 12);
  expect(await importZip(person, zip)).toMatchObject(damaged);
});

test.for(["a.bin", "a.md"])(
  "%s is reported as damaged if it starts beyond the end of the archive",
  async (name) => {
    const zip = await createZip({ [name]: "hello" });
    const { central } = findEntryOffsets(zip);
    zip.writeUInt32LE(0x7fff_0000, central + 42);
    expect(await importZip(person, zip)).toMatchObject(damaged);
    const long = await createZip({ [name]: "hello" });
    long.writeUInt32LE(0x7fff_0000, findEntryOffsets(long).central + 20);
    expect(await importZip(person, long)).toMatchObject(damaged);
  },
);

test("a damaged file that exceeds the quota is rejected, and the server survives", async () => {
  await using small = await serve({ env: { WORKSPACE_QUOTA_MB: "1", MAX_UPLOAD_SIZE_MB: "50" } });
  const { client, workspaceId } = await createUploader(small);
  const zip = await createZip({ "big.bin": Buffer.alloc(2_000_000, "y"), "good.md": "good" });
  const at = zip.indexOf(Buffer.from("big.bin")) + 7;
  zip.fill(0xff, at + 2, at + 12);
  const report = await client.importArchive(workspaceId, new Blob([zip]));
  expect(report.created).toBe(1);
  expect(report.failed.map(({ path }) => path)).toEqual(["big.bin"]);
  expect((await fetch(`${small.url}/health`)).status).toBe(200);
});

test("entries with tens of thousands of folders in their names are skipped quickly", async () => {
  const deep = "d/".repeat(32_000);
  const names = Array.from({ length: 100 }, (_, n) => `${n}/${deep}x.md`);
  const inGit = `.git/${deep}config`;
  const zip = await createZip(Object.fromEntries([...names, inGit, "good.md"].map((name) => [name, "text"])));
  const { created, skipped } = await importZip(person, zip);
  expect(created).toBe(1);
  expect(skipped).toHaveLength(101);
  expect(skipped[0]).toEqual({
    path: `0/${deep.slice(0, 253)}…`,
    message: "has a name that is too long",
  });
  expect(skipped.at(-1)).toEqual({ path: ".git/", message: "belongs to version control" });
});

test("one import of an upload runs at a time", async () => {
  const { client, workspaceId } = person;
  const zip = await createZip(
    Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`d/${n}.bin`, `b${n}`])),
  );
  const upload = await client.file.createUpload.mutate({
    workspaceId,
    name: "a.zip",
    size: zip.byteLength,
    purpose: "import",
  });
  const target = client.fileUrl(upload.target?.url ?? "");
  expect((await fetch(target, { method: "PUT", body: zip })).status).toBe(200);
  const run = () => fetch(target.replace("/uploads/", "/imports/"), { method: "POST" });
  const answers = await Promise.all([run(), run(), run()]);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(await Promise.all(refused.map(readReason))).toEqual(["IMPORT_RUNNING", "IMPORT_RUNNING"]);
  const reports = await Promise.all(
    answers.filter(({ status }) => status === 200).map((answer) => answer.text()),
  );
  expect(reports.join("")).toContain('"files":40');
  expect(reports.join("")).not.toContain("damaged");
});
