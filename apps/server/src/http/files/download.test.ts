import { createClient } from "@mdreader/client";
import { reasons } from "@mdreader/contract";
import sharp from "sharp";
import { expect } from "vitest";

import { bearer, readReason, register } from "../../../test/calls.ts";
import { createUploader, download, png, uploadBytes, catchReason } from "../../../test/files.ts";
import { test as base } from "../../../test/test.ts";

const test = base
  /** Returns how a file is sent: its type, and whether it is inline or an attachment. */
  .extend(
    "sentAs",
    ({ owner }) =>
      async (name: string, bytes: string | Uint8Array<ArrayBuffer>, extra = "") => {
        const { id } = await uploadBytes(owner, name, bytes);
        const { headers, status } = await download(owner.client, id, {}, extra);
        expect(status).toBe(200);
        expect(headers.get("x-content-type-options")).toBe("nosniff");
        expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*sandbox/);
        return [headers.get("content-type"), headers.get("content-disposition")?.split(";")[0]];
      },
  );

test("a download supports ranges, and cached files are not sent again", async ({ owner }) => {
  const { id, hash } = await uploadBytes(owner, "digits.txt", "0123456789");
  const part = async (range: string, more = {}) => {
    const answer = await download(owner.client, id, { headers: { range, ...more } });
    return [answer.status, answer.headers.get("content-range"), await answer.text()];
  };
  expect(await part("bytes=2-4")).toEqual([206, "bytes 2-4/10", "234"]);
  expect(await part("bytes=7-")).toEqual([206, "bytes 7-9/10", "789"]);
  expect(await part("bytes=-3")).toEqual([206, "bytes 7-9/10", "789"]);
  expect(await part("bytes=5-100")).toEqual([206, "bytes 5-9/10", "56789"]);
  expect(await part("bytes=10-")).toEqual([416, "bytes */10", ""]);
  expect(await part("bytes=x")).toEqual([200, null, "0123456789"]);
  expect(await part("bytes=0-1,4-5")).toEqual([200, null, "0123456789"]);
  expect(await part("bytes=0-1", { "if-range": `"${hash}"` })).toEqual([206, "bytes 0-1/10", "01"]);
  expect(await part("bytes=0-1", { "if-range": '"other"' })).toEqual([200, null, "0123456789"]);

  const cached = await download(owner.client, id, { headers: { "if-none-match": `"other", W/"${hash}"` } });
  expect([cached.status, await cached.text()]).toEqual([304, ""]);
  const head = await download(owner.client, id, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "10", ""]);
});

test("a file's type comes from its bytes, and files that could run scripts are attachments", async ({
  sentAs,
}) => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  const html = "text/html; charset=utf-8";
  expect(await sentAs("a.png", png)).toEqual(["image/png", "inline"]);
  expect(await sentAs("page.html", png)).toEqual(["image/png", "inline"]);
  expect(await sentAs("a.png", "<!doctype html><script>alert(1)</script>")).toEqual([html, "attachment"]);
  expect(await sentAs("a.png", "\ufeff\n <!-- x --><script>alert(1)</script>")).toEqual([html, "attachment"]);
  expect(await sentAs("a.png.html", "<b>bold</b>")).toEqual([html, "attachment"]);
  expect(await sentAs("a.png", svg)).toEqual(["image/svg+xml", "attachment"]);
  expect(await sentAs("a.svg", `<?xml version="1.0"?><!-- x -->${svg}`)).toEqual([
    "image/svg+xml",
    "attachment",
  ]);
  expect(await sentAs("a.png", "plain <script>alert(1)</script>")).toEqual([
    "text/plain; charset=utf-8",
    "attachment",
  ]);
  expect(await sentAs("a.txt", "plain")).toEqual(["text/plain; charset=utf-8", "inline"]);
  expect(await sentAs("a.md", "# Title")).toEqual(["text/markdown; charset=utf-8", "inline"]);
  expect(await sentAs("a.pdf", "%PDF-1.7\n")).toEqual(["application/pdf", "attachment"]);
  expect(await sentAs("a.js", new Uint8Array([0, 1, 2]))).toEqual(["application/octet-stream", "attachment"]);
  expect(await sentAs("b.png", png, "&download=1")).toEqual(["image/png", "attachment"]);
});

test("images have thumbnails; files that only claim to be images have none", async ({ owner }) => {
  const wide = await sharp({ create: { width: 2000, height: 1000, channels: 3, background: "red" } })
    .jpeg()
    .toBuffer();
  const picture = await uploadBytes(owner, "wide.jpg", Uint8Array.from(wide));
  const { thumbnailUrl } = await owner.client.file.downloadUrl.query({ id: picture.id });
  const small = await fetch(owner.client.fileUrl(thumbnailUrl ?? ""));
  expect(small.headers.get("content-type")).toBe("image/webp");
  expect(await sharp(await small.bytes()).metadata()).toMatchObject({ width: 480, height: 240 });

  const text = await uploadBytes(owner, "a.txt", "no picture");
  expect(await owner.client.file.downloadUrl.query({ id: text.id })).toMatchObject({ thumbnailUrl: null });
  const broken = await uploadBytes(owner, "broken.png", png.subarray(0, 40));
  expect((await download(owner.client, broken.id, {}, "&thumbnail=1")).status).toBe(404);
});

test("an image that declares a billion pixels is not decoded", async ({ owner }) => {
  const bomb = Buffer.from(png);
  bomb.writeUInt32BE(100_000, 16);
  bomb.writeUInt32BE(100_000, 20);
  const { id } = await uploadBytes(owner, "bomb.png", Uint8Array.from(bomb));
  expect((await download(owner.client, id, {}, "&thumbnail=1")).status).toBe(404);
});

test("a link is invalid after the membership, the session, the file or its time has ended", async ({
  served,
}) => {
  // This one signs out.
  const owner = await createUploader(served);
  const { client, workspaceId } = owner;
  const { id } = await uploadBytes(owner, "secret.txt", "secret");
  const guest = await register(served);
  const { token } = await client.workspace.invitation.create.mutate({ workspaceId, role: "viewer" });
  await guest.api.workspace.invitation.accept.mutate({ token });
  const [guestLink, ownLink] = await Promise.all(
    [guest.api, client].map(async (api) => {
      const { url } = await api.file.downloadUrl.query({ id });
      return client.fileUrl(url);
    }),
  );
  const ask = async (link = "") => {
    const answer = await fetch(link);
    return answer.status === 200 ? answer.text() : readReason(answer);
  };
  expect(await ask(guestLink)).toBe("secret");
  await client.workspace.member.remove.mutate({ workspaceId, userId: guest.user.id });
  expect(await ask(guestLink)).toBe("NOT_FOUND");
  const stranger = await register(served);
  const bare = `${served.url}/files/${id}`;
  expect(await readReason(await fetch(bare, { headers: bearer(stranger.accessToken) }))).toBe("NOT_FOUND");
  expect(await readReason(await fetch(bare))).toBe("UNAUTHENTICATED");

  expect(await ask(ownLink)).toBe("secret");
  await client.file.delete.mutate({ id });
  expect(await ask(ownLink)).toBe("NOT_FOUND");
  await client.file.restore.mutate({ id });
  await client.workspace.delete.mutate({ id: workspaceId });
  expect(await ask(ownLink)).toBe("NOT_FOUND");
  await client.workspace.restore.mutate({ id: workspaceId });
  expect(await ask(ownLink)).toBe("secret");

  const forged = (ownLink ?? "").replace(/token=[^.]+/, "token=eyJhbGciOiJub25lIn0");
  expect(await ask(forged)).toBe("LINK_INVALID");
  const { clock } = served.server.services;
  const { now } = clock;
  clock.now = () => new Date(now().getTime() + 20 * 60_000);
  expect(await ask(ownLink)).toBe("LINK_INVALID");
  const page = await fetch(ownLink ?? "", { headers: { accept: "text/html,*/*;q=0.8" } });
  expect([page.status, page.headers.get("content-type")]).toEqual([403, "text/html; charset=utf-8"]);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  const text = await page.text();
  expect(text).toContain(reasons.LINK_INVALID);
  for (const secret of ["secret.txt", id, workspaceId]) expect(text).not.toContain(secret);
  clock.now = now;

  await client.auth.logout.mutate();
  expect(await ask(ownLink)).toBe("SESSION_ENDED");
});

test("a link is refused while the workspace requires a second factor that its session lacks", async ({
  served,
}) => {
  const owner = await createUploader(served);
  const { client, workspaceId } = owner;
  const { id } = await uploadBytes(owner, "secret.png", png);
  const { url, thumbnailUrl } = await client.file.downloadUrl.query({ id });
  const links = [url, thumbnailUrl ?? ""].map((link) => client.fileUrl(link));
  const { sql } = served.database.database;
  await sql`update workspaces set second_factor_required = true where id = ${workspaceId}`;
  for (const link of links)
    expect(await readReason(await fetch(link))).toBe("WORKSPACE_SECOND_FACTOR_REQUIRED");
  const { id: userId } = await client.auth.me.query();
  await sql`insert into second_factors (user_id, secret, last_used_step) values (${userId}, '', 0)`;
  for (const link of links) expect((await fetch(link)).status).toBe(200);
});

test("an API key downloads files by header and by link until it is revoked", async ({ owner, served }) => {
  const { id } = await uploadBytes(owner, "key.txt", "by key");
  const { id: keyId, secret } = await owner.client.auth.apiKey.create.mutate({
    name: "tool",
    scopes: ["read"],
  });
  await using tool = createClient({ url: served.url, token: secret });
  expect(await (await download(tool, id)).text()).toBe("by key");
  const { url } = await tool.file.downloadUrl.query({ id });
  await owner.client.auth.apiKey.revoke.mutate({ id: keyId });
  expect((await fetch(tool.fileUrl(url))).status).toBe(401);
});

test("paths out of the folder resolve to nothing", async ({ served }) => {
  for (const path of [
    "..%2f",
    "%2e%2e%2fetc%2fpasswd",
    "../../etc/passwd",
    "uploads/..",
    "%00",
    "x".repeat(1024),
  ]) {
    const answer = await fetch(`${served.url}/files/${path}`);
    expect(answer.status).toBe(404);
  }
});

test("a document's files are resolved by the links in its Markdown", async ({ owner }) => {
  const { client, workspaceId } = owner;
  const guides = await client.document.folder.create.mutate({ workspaceId, name: "Guides" });
  const deep = await client.document.folder.create.mutate({ workspaceId, name: "Deep", parentId: guides.id });
  const { id: documentId } = await client.document.create.mutate({
    workspaceId,
    title: "Guide",
    folderId: deep.id,
  });
  const attached = await uploadBytes(owner, "dia gram.png", png, { documentId });
  const inFolder = await uploadBytes(owner, "a.png", png, { folderId: guides.id, path: "images/é.png" });
  const atRoot = await uploadBytes(owner, "root.png", png, { path: "Guides/Other/b.png" });
  expect(attached).toMatchObject({ path: "attachments/dia gram.png", folderId: deep.id, documentId });

  const found = async (id: string, ...paths: string[]) => {
    const { items } = await client.file.resolve.query({ documentId: id, paths });
    return items.map(({ file }) => file?.id ?? null);
  };
  expect(
    await found(
      documentId,
      "attachments/dia%20gram.png#x",
      "./attachments/dia gram.png",
      "../images/%C3%A9.png",
      "../images/e\u0301.png",
      "/Guides/Other/b.png",
      "../Other/b.png",
      "../../../b.png",
      "https://example.com/a.png",
      "missing.png",
    ),
  ).toEqual([attached.id, attached.id, inFolder.id, inFolder.id, atRoot.id, atRoot.id, null, null, null]);
  const { items } = await client.file.resolve.query({ documentId, paths: ["attachments/dia gram.png"] });
  expect((await fetch(client.fileUrl(items[0]?.file?.url ?? ""))).status).toBe(200);

  // If the target folder has another file of that name, the document still resolves its own.
  const taken = await uploadBytes(owner, "x.png", "other", { path: "attachments/dia gram.png" });
  await client.document.move.mutate({ id: documentId, folderId: null });
  expect(await client.file.get.query({ id: attached.id })).toMatchObject({
    folderId: null,
    path: "attachments/dia gram-2.png",
  });
  const { id: otherId } = await client.document.create.mutate({ workspaceId, title: "Other" });
  expect(await found(documentId, "attachments/dia gram.png")).toEqual([attached.id]);
  expect(await found(otherId, "attachments/dia gram.png")).toEqual([taken.id]);
});

test("files are moved to the trash and restored with their document or folder", async ({ owner }) => {
  const { client, workspaceId } = owner;
  const { id: folderId } = await client.document.folder.create.mutate({ workspaceId, name: "Trip" });
  const { id: documentId } = await client.document.create.mutate({ workspaceId, title: "Trip", folderId });
  const attached = await uploadBytes(owner, "map.png", png, { documentId });
  const beside = await uploadBytes(owner, "ticket.pdf", "%PDF-", { folderId });
  const removed = await uploadBytes(owner, "old.png", png, { documentId });
  await client.file.delete.mutate({ id: removed.id });

  const there = async () =>
    (await client.file.list.query({ workspaceId, folderId })).items.map(({ id }) => id);
  await client.document.delete.mutate({ id: documentId });
  expect(await there()).toEqual([beside.id]);
  expect(await catchReason(client.file.restore.mutate({ id: attached.id }))).toBe("NOT_FOUND");
  await client.document.restore.mutate({ id: documentId });
  expect(await there()).toEqual([attached.id, beside.id]);

  await client.document.folder.delete.mutate({ id: folderId });
  expect(await catchReason(client.file.get.query({ id: attached.id }))).toBe("NOT_FOUND");
  expect((await client.file.list.query({ workspaceId, documentId })).items).toEqual([]);
  await client.document.folder.restore.mutate({ id: folderId });
  expect(await there()).toEqual([attached.id, beside.id]);
  expect((await client.file.list.query({ workspaceId, documentId })).items.map(({ id }) => id)).toEqual([
    attached.id,
  ]);
});
