import { randomBytes } from "node:crypto";
import { request } from "node:http";

import { type Client, createClient, isUnreachable } from "@mdreader/client";
import { expect } from "vitest";

import { bearer, readReason, register } from "../../../test/calls.ts";
import {
  createUploader,
  download,
  png,
  sha256,
  listStored,
  uploadBytes,
  catchReason,
} from "../../../test/files.ts";
import { serve } from "../../../test/serve.ts";
import { test as base } from "../../../test/test.ts";

const put = (url: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(url, { method: "PUT", body, headers });

const test = base
  .extend("settings", { scope: "file" }, () => ({ env: { MAX_UPLOAD_SIZE_MB: "60" } }))
  /** Creates an upload without the client. */
  .extend("announced", ({ owner }) => async (size: number, more: { hash?: string; name?: string } = {}) => {
    const { client, workspaceId } = owner;
    const { id, target } = await client.file.createUpload.mutate({
      workspaceId,
      name: "file.bin",
      size,
      ...more,
    });
    if (target === null) throw new Error("the bytes are there already");
    return { id, url: client.fileUrl(target.url) };
  })
  .extend(
    "drafts",
    ({ served }) =>
      async () =>
        (await listStored(served)).filter((path) => path.startsWith("drafts")),
  );

test("a file of 50 MB is uploaded in parts and downloaded unchanged", async ({ owner }) => {
  const bytes = randomBytes(50 * 1024 * 1024);
  const progress: number[] = [];
  const file = await uploadBytes(owner, "large.bin", bytes, { onProgress: (sent) => progress.push(sent) });
  expect(file).toMatchObject({ path: "large.bin", size: bytes.byteLength, hash: sha256(bytes) });
  expect(progress.length).toBeGreaterThan(3);
  expect(progress.at(-1)).toBe(bytes.byteLength);
  const got = await (await download(owner.client, file.id)).bytes();
  expect(sha256(got)).toBe(file.hash);
});

test("an empty file can be uploaded", async ({ owner }) => {
  const file = await uploadBytes(owner, "empty.txt", "");
  const answer = await download(owner.client, file.id);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe("");
});

test("a stream is uploaded without being buffered as a whole", async ({ owner }) => {
  const bytes = randomBytes(3_000_000);
  const file = await owner.client.uploadFile(owner.workspaceId, {
    name: "stream.bin",
    size: bytes.byteLength,
    stream: () => new Blob([bytes]).stream(),
  });
  expect(file.hash).toBe(sha256(bytes));
});

test("an interrupted upload resumes where it stopped, and is not a file before completion", async ({
  announced,
  owner,
}) => {
  const bytes = randomBytes(400_000);
  const { id, url } = await announced(bytes.byteLength);
  await new Promise<void>((resolve) => {
    const sending = request(url, { method: "PUT", headers: { "content-length": bytes.byteLength } });
    sending.on("error", () => resolve());
    sending.write(bytes.subarray(0, 150_000), () => setTimeout(() => sending.destroy(), 200));
  });
  expect(await catchReason(owner.client.file.completeUpload.mutate({ id }))).toBe("UPLOAD_INCOMPLETE");
  expect(await catchReason(owner.client.file.get.query({ id }))).toBe("NOT_FOUND");
  const { received } = (await (await fetch(url)).json()) as { received: number };
  expect(received).toBeGreaterThan(0);
  expect(received).toBeLessThan(bytes.byteLength);
  const answer = await put(url, bytes.subarray(received), {
    "content-range": `bytes ${received}-${bytes.byteLength - 1}/${bytes.byteLength}`,
  });
  expect(await answer.json()).toEqual({ received: bytes.byteLength, size: bytes.byteLength });
  const file = await owner.client.file.completeUpload.mutate({ id });
  expect(file.hash).toBe(sha256(bytes));
});

test("completing an upload twice returns the same file", async ({ announced, owner }) => {
  const { id, url } = await announced(3);
  await put(url, "abc");
  const [first, second] = await Promise.all([
    owner.client.file.completeUpload.mutate({ id }),
    owner.client.file.completeUpload.mutate({ id }),
  ]);
  expect(second).toEqual(first);
  expect(await readReason(await put(url, "abc"))).toBe("NOT_FOUND");
});

test("the client resumes automatically after lost connections", async ({ served }) => {
  const bytes = randomBytes(2_000_000);
  let calls = 0;
  const flaky: typeof fetch = async (input, init) => {
    if (init?.method === "PUT" && (calls += 1) % 2 === 1) throw new TypeError("the network is gone");
    return fetch(input, init);
  };
  const { accessToken } = await register(served);
  await using client = createClient({ url: served.url, token: accessToken, fetch: flaky });
  const { id: workspaceId } = await client.workspace.create.mutate({ name: "Lost" });
  const file = await client.uploadFile(workspaceId, new Blob([bytes]), { name: "flaky.bin" });
  expect(file.hash).toBe(sha256(bytes));
});

test("a closed client sends no further part", async ({ served }) => {
  let parts = 0;
  const { accessToken } = await register(served);
  const client = createClient({
    url: served.url,
    token: accessToken,
    async fetch(input, init) {
      if (init?.method !== "PUT") return fetch(input, init);
      parts += 1;
      setImmediate(() => void client.close());
      throw new TypeError("the network is gone");
    },
  });
  const { id: workspaceId } = await client.workspace.create.mutate({ name: "Closed" });
  const upload = client.uploadFile(workspaceId, new Blob(["some bytes"]), { name: "closed.bin" });
  await expect(upload).rejects.toThrow("the network is gone");
  await expect(upload).rejects.toSatisfy(isUnreachable);
  expect(parts).toBe(1);
});

test("an aborted upload stops and leaves no file", async ({ owner }) => {
  const stop = new AbortController();
  const upload = uploadBytes(owner, "stopped.bin", randomBytes(4_000_000), {
    signal: stop.signal,
    onProgress: () => stop.abort(new Error("enough")),
  });
  await expect(upload).rejects.toThrow();
  const { items } = await owner.client.file.list.query({ workspaceId: owner.workspaceId, limit: 100 });
  expect(items.map(({ name }) => name)).not.toContain("stopped.bin");
});

test("more bytes than announced are rejected in any form and leave nothing", async ({
  drafts,
  announced,
  owner,
}) => {
  const before = await drafts();
  const { id, url } = await announced(10);
  expect(await readReason(await put(url, "x".repeat(11)))).toBe("FILE_TOO_LARGE");
  const chunked = await fetch(url, {
    method: "PUT",
    body: new Blob(["x".repeat(100_000)]).stream(),
    duplex: "half",
  });
  expect(chunked.status).toBe(413);
  expect(await drafts()).toEqual(before);
  expect(await catchReason(owner.client.file.completeUpload.mutate({ id }))).toBe("UPLOAD_INCOMPLETE");
});

test("bytes that do not match the hash are rejected and leave nothing", async ({
  drafts,
  announced,
  owner,
}) => {
  const before = await drafts();
  const { id, url } = await announced(3, { hash: sha256(Buffer.from("abd")) });
  await put(url, "abx");
  expect(await catchReason(owner.client.file.completeUpload.mutate({ id }))).toBe("UPLOAD_MISMATCH");
  expect(await drafts()).toEqual(before);
});

test("a part that leaves a gap or does not match its range is rejected", async ({ announced }) => {
  const { url } = await announced(10);
  const sent = async (range: string, body: string) =>
    (await put(url, body, { "content-range": range })).status;
  expect(await sent("bytes 5-9/10", "56789")).toBe(409);
  expect(await sent("bytes 0-4/11", "01234")).toBe(400);
  expect(await sent("bytes 0-4/10", "0123")).toBe(400);
  expect(await sent("bytes 4-0/10", "01234")).toBe(400);
  expect(await sent("lines 1-2", "01234")).toBe(400);
  expect(await sent("bytes 0-4/10", "01234")).toBe(200);
});

test("a file over the limit is rejected before the upload", async ({ announced }) => {
  expect(await catchReason(announced(60 * 1024 * 1024 + 1))).toBe("FILE_TOO_LARGE");
});

test("a full workspace rejects uploads; identical files count once, and pending uploads count", async () => {
  await using small = await serve({ env: { WORKSPACE_QUOTA_MB: "1" } });
  const { client, workspaceId } = await createUploader(small);
  const bytes = randomBytes(600_000);
  const upload = (name: string, content: Uint8Array<ArrayBuffer>) =>
    client.uploadFile(workspaceId, new Blob([content]), { name });
  await upload("a.bin", bytes);
  await upload("b.bin", bytes);
  expect(await catchReason(upload("c.bin", randomBytes(600_000)))).toBe("QUOTA_EXCEEDED");
  await client.file.createUpload.mutate({ workspaceId, name: "coming", size: 300_000 });
  expect(await catchReason(upload("d.bin", randomBytes(300_000)))).toBe("QUOTA_EXCEEDED");
  expect((await listStored(small)).length).toBe(1);
});

test("bytes that the workspace has are not uploaded again, and not shared with other workspaces", async ({
  owner,
  served,
}) => {
  const bytes = randomBytes(1000);
  const hash = sha256(bytes);
  await uploadBytes(owner, "once.bin", bytes);
  const { workspaceId, client } = owner;
  const again = { name: "twice.bin", size: 1000, hash };
  const { id, target } = await client.file.createUpload.mutate({ workspaceId, ...again });
  expect(target).toBeNull();
  expect(await client.file.completeUpload.mutate({ id })).toMatchObject({ hash, path: "twice.bin" });
  // Bytes of a permanently deleted file must be uploaded again.
  const removed = await client.file.createUpload.mutate({ workspaceId, ...again, name: "third.bin" });
  const { items } = await client.file.list.query({ workspaceId });
  for (const file of items.filter((one) => one.hash === hash)) {
    await client.file.delete.mutate({ id: file.id });
    await client.file.purge.mutate({ id: file.id });
  }
  const announcedAfter = await client.file.createUpload.mutate({ workspaceId, ...again, name: "fourth.bin" });
  for (const upload of [removed, announcedAfter]) {
    expect(await catchReason(client.file.completeUpload.mutate({ id: upload.id }))).toBe("UPLOAD_INCOMPLETE");
  }
  const other = await createUploader(served);
  const elsewhere = await other.client.file.createUpload.mutate({ workspaceId: other.workspaceId, ...again });
  expect(elsewhere.target).not.toBeNull();
  expect(await catchReason(other.client.file.completeUpload.mutate({ id: elsewhere.id }))).toBe(
    "UPLOAD_INCOMPLETE",
  );
});

test("names and paths that lead elsewhere are rejected", async ({ owner }) => {
  const { client, workspaceId } = owner;
  const named = (name: string) =>
    catchReason(client.file.createUpload.mutate({ workspaceId, name, size: 1 }));
  const at = (path: string) =>
    catchReason(client.file.createUpload.mutate({ workspaceId, name: "a", path, size: 1 }));
  const refused = ["", ".", "..", "a/b", "..\\b", "a\0b", "a\nb", "x".repeat(1024), "\ud800"].map(named);
  const paths = ["../a", "a/../../b", "/etc/passwd", "a//b", "a/./b", "C:\\a", "a/\0", "é".repeat(600)].map(
    at,
  );
  const deep = at(Array.from({ length: 40 }, () => "d").join("/"));
  expect(new Set(await Promise.all([...refused, ...paths, deep]))).toEqual(new Set(["BAD_INPUT"]));
  // Without a slash, this is an ordinary name.
  expect(await named("%2e%2e%2fa")).toBeNull();
});

test("Unicode names are preserved", async ({ owner }) => {
  for (const name of ["Grüße 👋 “x”.txt", "日本語.png", 'a\'b;c="d".txt', "100% #1?.txt"]) {
    const file = await uploadBytes(owner, name, png);
    expect(file.name).toBe(name);
    const disposition = (await download(owner.client, file.id)).headers.get("content-disposition") ?? "";
    const encoded = /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1];
    if (encoded !== undefined) expect(decodeURIComponent(encoded)).toBe(name);
    else expect(disposition).toContain(name.replaceAll('"', '\\"'));
  }
});

test("an upload link is valid only for its upload and its user, while the user has access", async ({
  announced,
  served,
}) => {
  const { id, url } = await announced(3);
  const other = await announced(3);
  const swapped = url.replace(id, other.id);
  expect(await readReason(await put(swapped, "abc"))).toBe("LINK_INVALID");
  // The last character also encodes bits that are ignored.
  const forged = url.replace(/(?<=token=)./, (first) => (first === "A" ? "B" : "A"));
  expect(await readReason(await put(forged, "abc"))).toBe("LINK_INVALID");
  const { accessToken } = await register(served);
  const bare = url.split("?")[0] ?? "";
  expect(await readReason(await put(bare, "abc", bearer(accessToken)))).toBe("NOT_FOUND");
  expect(await readReason(await put(bare, "abc"))).toBe("UNAUTHENTICATED");
  expect((await put(url, "abc")).status).toBe(200);
  expect(served.log).not.toContain(new URL(url).searchParams.get("token"));
});

test("an editor who is demoted can neither continue nor complete an upload", async ({ served, owner }) => {
  const { api: guest } = await register(served);
  const { client, workspaceId } = owner;
  const { token } = await client.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
  await guest.workspace.invitation.accept.mutate({ token });
  const { id: userId } = await guest.auth.me.query();
  const { id, target } = await guest.file.createUpload.mutate({ workspaceId, name: "late.txt", size: 3 });
  await client.workspace.member.updateRole.mutate({ workspaceId, userId, role: "viewer" });
  expect(await readReason(await put(client.fileUrl(target?.url ?? ""), "abc"))).toBe("ROLE_TOO_LOW");
  expect(await catchReason(guest.file.completeUpload.mutate({ id }))).toBe("ROLE_TOO_LOW");
});

test("a file with a taken name is renamed, or replaces the other if requested", async ({ served }) => {
  const { client, workspaceId }: { client: Client; workspaceId: string } = await createUploader(served);
  const one = await uploadBytes({ client, workspaceId }, "pic.png", "1");
  const two = await uploadBytes({ client, workspaceId }, "pic.png", "2");
  expect(two.path).toBe("pic-2.png");
  const three = await uploadBytes({ client, workspaceId }, "pic.png", "3", { onConflict: "replace" });
  expect(three.path).toBe("pic.png");
  expect(await catchReason(client.file.get.query({ id: one.id }))).toBe("NOT_FOUND");
  expect(await client.file.restore.mutate({ id: one.id })).toMatchObject({ path: "pic-3.png" });
});
