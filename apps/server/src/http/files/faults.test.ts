import { randomBytes } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";

import { toStorageKey, sweepFiles } from "@mdreader/api";
import { expect } from "vitest";

import {
  createUploader,
  download,
  sha256,
  listStored,
  uploadBytes,
  type Uploader,
  catchReason,
} from "../../../test/files.ts";
import { findFreePort, startProcess } from "../../../test/process.ts";
import { createServerDatabase, createTemporaryFolder } from "../../../test/serve.ts";
import { test } from "../../../test/test.ts";

/** Creates an upload without a hash. */
async function announceUpload({ client, workspaceId }: Uploader, name: string, size: number) {
  const { id, target } = await client.file.createUpload.mutate({ workspaceId, name, size });
  return { id, url: client.fileUrl(target?.url ?? "") };
}

async function readReceived(url: string): Promise<number> {
  const { received } = (await (await fetch(url)).json()) as { received: number };
  return received;
}

test("a crash between the file's bytes and its row, or during an upload, loses neither", async () => {
  await using made = new AsyncDisposableStack();
  const database = made.use(await createServerDatabase());
  const uploads = await createTemporaryFolder(made);
  const start = async (port: number) => {
    const server = startProcess({
      APP_PORT: String(port),
      DATA_DIR: uploads,
      UPLOAD_DIR: uploads,
      DATABASE_URL: database.url,
      LOG_LEVEL: "error",
    });
    made.defer(async () => {
      server.child.kill("SIGKILL");
      await server.ended;
    });
    return { ...server, url: await server.running };
  };
  const port = await findFreePort();
  const killed = await start(port);
  const uploader = await createUploader(killed);
  const { client, workspaceId } = uploader;
  const bytes = randomBytes(400_000);
  const complete = await announceUpload(uploader, "whole.bin", bytes.byteLength);
  const half = await announceUpload(uploader, "half.bin", bytes.byteLength);
  await fetch(complete.url, { method: "PUT", body: bytes });

  const cutOff = new Promise<void>((resolve) => {
    const sending = request(half.url, { method: "PUT", headers: { "content-length": bytes.byteLength } });
    sending.on("error", () => resolve());
    sending.write(bytes.subarray(0, 150_000));
  });
  await expect.poll(() => readReceived(half.url)).toBeGreaterThan(0);

  const key = toStorageKey(workspaceId, Buffer.from(sha256(bytes), "hex"));
  // The row cannot be written, so the server is killed when the bytes are stored and the row is not.
  await database.database.sql.begin(async (sql) => {
    await sql`lock table files in share mode`;
    const completing = client.file.completeUpload.mutate({ id: complete.id }).catch(() => {});
    await expect
      .poll(() =>
        access(join(uploads, "kept", key)).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    killed.child.kill("SIGKILL");
    await Promise.all([killed.ended, completing, cutOff]);
  });

  await start(port);
  expect((await client.file.list.query({ workspaceId })).items).toEqual([]);
  for (const { id } of [complete, half])
    expect(await catchReason(client.file.get.query({ id }))).toBe("NOT_FOUND");
  const file = await client.file.completeUpload.mutate({ id: complete.id });
  expect(await client.file.completeUpload.mutate({ id: complete.id })).toEqual(file);
  expect(sha256(await (await download(client, complete.id)).bytes())).toBe(sha256(bytes));

  expect(await catchReason(client.file.completeUpload.mutate({ id: half.id }))).toBe("UPLOAD_INCOMPLETE");
  const received = await readReceived(half.url);
  await fetch(half.url, {
    method: "PUT",
    headers: { "content-range": `bytes ${received}-${bytes.byteLength - 1}/${bytes.byteLength}` },
    body: bytes.subarray(received),
  });
  expect(await client.file.completeUpload.mutate({ id: half.id })).toMatchObject({ hash: file.hash });
  expect((await client.file.list.query({ workspaceId })).items).toHaveLength(2);
  expect(sha256(await readFile(join(uploads, "kept", key)))).toBe(file.hash);
});

test("a storage failure between the bytes and the row leaves no file, and a retry completes it", async ({
  served,
  owner,
}) => {
  const { storage } = served.server.services;
  const { commitUpload } = storage;
  const { id, url } = await announceUpload(owner, "failing.txt", 3);
  await fetch(url, { method: "PUT", body: "abc" });
  for (const failing of [
    () => Promise.reject(new Error("the disk is gone")),
    async (...given: Parameters<typeof commitUpload>) => {
      await commitUpload(...given);
      throw new Error("the disk is gone, after all");
    },
  ]) {
    storage.commitUpload = failing;
    expect(await catchReason(owner.client.file.completeUpload.mutate({ id }))).toBe("INTERNAL");
    expect(await catchReason(owner.client.file.get.query({ id }))).toBe("NOT_FOUND");
  }
  storage.commitUpload = commitUpload;
  await owner.client.file.completeUpload.mutate({ id });
  expect(await (await download(owner.client, id)).text()).toBe("abc");
});

test("the sweep deletes unused bytes and drafts, but none that are recent or in use", async ({
  served,
  owner,
}) => {
  const { services } = served.server;
  const { storage, clock } = services;
  const { now } = clock;
  const sweepIn = (hours: number) =>
    sweepFiles({ ...services, clock: { now: () => new Date(now().getTime() + hours * 3_600_000) } });
  const { id: workspaceId } = await owner.client.workspace.create.mutate({ name: "Swept" });
  const uploader = { ...owner, workspaceId };
  const mine = async () => (await listStored(served)).filter((path) => path.includes(workspaceId));
  const { hash } = await uploadBytes(uploader, "used.txt", "in use");
  const used = `kept/${toStorageKey(workspaceId, Buffer.from(hash, "hex"))}`;
  const orphan = toStorageKey(workspaceId, randomBytes(32));
  await storage.put(orphan, Buffer.from("orphan"));
  await storage.put(`${orphan}.thumbnail.webp`, Buffer.from("its picture"));
  const waiting = await announceUpload(uploader, "waiting.txt", 3);
  await fetch(waiting.url, { method: "PUT", body: "ab", headers: { "content-range": "bytes 0-1/3" } });
  const lost = crypto.randomUUID();
  await storage.append(
    lost,
    0,
    (async function* () {
      yield Buffer.from("whose upload is gone");
    })(),
  );
  const drafts = async () => Promise.all([waiting.id, lost].map((id) => storage.readDraftSize(id)));

  await sweepIn(0);
  expect(await mine()).toHaveLength(3);
  expect(await drafts()).toEqual([2, 20]);
  expect(await sweepIn(2)).toBe(3);
  expect(await mine()).toEqual([used]);
  expect(await drafts()).toEqual([2, null]);
  await sweepIn(25);
  expect(await drafts()).toEqual([null, null]);
  expect(await mine()).toEqual([used]);
});
