import { createClient, isUnreachable } from "@mdreader/client";
import { expect } from "vitest";

import { exportEntries, importZip } from "../../../test/archives.ts";
import { bearer, readReason, register } from "../../../test/calls.ts";
import { createUploader, png, listStored, catchReason } from "../../../test/files.ts";
import { serve } from "../../../test/serve.ts";
import { test as base } from "../../../test/test.ts";
import { renameEntries, createZip } from "../../../test/zip.ts";

/** Typical Markdown, which must survive a round trip byte for byte. */
const vault = {
  "Notes.md": "---\ntitle: Notes\ntags: [a, b]\n---\r\n\r\n# CRLF\r\n",
  "README.markdown": "\ufeff# With a byte order mark, and no newline at the end",
  "empty.md": "",
  "Guides/Füße 👣.md": "![](images/foot.png) and ![](../logo.png)\n",
  "Guides/images/foot.png": png,
  "Guides/plain.txt": "a text\r\n",
  "logo.png": png,
  "deep/down/a.bin": new Uint8Array([0, 1, 2, 255]),
  "Empty folder/": null,
};

const test = base.extend("settings", { scope: "file" }, () => ({
  env: { MAX_UPLOAD_SIZE_MB: "2", MAX_IMPORT_SIZE_MB: "200" },
}));

test("a folder of Markdown and files survives import and export as a zip byte for byte", async ({
  owner,
  served,
}) => {
  const progress: number[] = [];
  const { client, workspaceId } = owner;
  const zip = await createZip(vault);
  const report = await client.importArchive(workspaceId, new Blob([zip]), {
    onUnpacked: (done) => progress.push(done),
  });
  expect(report).toEqual({
    created: 4,
    updated: 0,
    unchanged: 0,
    files: 4,
    folders: 2,
    failed: [],
    skipped: [],
    uncertainNames: [],
    notListed: 0,
  });
  expect(progress.at(-1)).toBe(8);

  const found = await exportEntries(owner);
  const hex = (content: string | Uint8Array | null) => content && Buffer.from(content).toString("hex");
  expect(Object.fromEntries([...found].map(([path, content]) => [path, hex(content)]))).toEqual(
    Object.fromEntries(Object.entries(vault).map(([path, content]) => [path, hex(content)])),
  );
  expect((await listStored(served)).filter((path) => path.startsWith("drafts"))).toEqual([]);
});

test("imported documents resolve their images", async ({ owner }) => {
  const { client, workspaceId } = owner;
  const { items } = await client.document.search.query({ workspaceId, query: "images" });
  const { items: files } = await client.file.resolve.query({
    documentId: items[0]?.id ?? "",
    paths: ["images/foot.png", "../logo.png"],
  });
  expect(files.map(({ file }) => file?.path)).toEqual(["images/foot.png", "logo.png"]);
});

test("a repeated import changes only what differs", async ({ owner }) => {
  const again = await importZip(
    owner,
    await createZip({ ...vault, "Notes.md": "new\n", "logo.png": "other" }),
  );
  expect(again).toMatchObject({ created: 0, updated: 1, unchanged: 3, files: 1, folders: 0 });
  const found = await exportEntries(owner);
  expect(found.get("Notes.md")?.toString()).toBe("new\n");
  expect(found.get("logo.png")?.toString()).toBe("other");
});

test("a folder is exported separately and imported into another folder", async ({ owner }) => {
  const { client, workspaceId } = owner;
  const { id } = await client.document.folder.create.mutate({ workspaceId, name: "Target" });
  await importZip(owner, await createZip({ "sub/a.md": "a", "b.md": "b" }), id);
  expect([...(await exportEntries(owner, id)).keys()].toSorted()).toEqual(["b.md", "sub/a.md"]);
});

test("paths out of the folder, links and devices are skipped and listed, and the rest is imported", async ({
  served,
}) => {
  const person = await createUploader(served);
  let zip = await createZip({
    "good.md": "good",
    "aa/up.md": "x",
    "aetc/abs.md": "x",
    "C./win.md": "x",
    "nu_l.md": "x",
    "twice1.md": "x",
    "twice2.md": "x",
    "b/aa/c.png": "x",
    "__MACOSX/._good.md": "x",
  });
  for (const [from, to] of [
    ["aa/up", "../up"],
    ["aetc/", "/etc/"],
    ["C./win", "C:/win"],
    ["nu_l", "nu\0l"],
    ["twice2", "twice1"],
    ["b/aa/c", "b/../c"],
  ] as const) {
    zip = renameEntries(zip, from, to);
  }
  const report = await importZip(person, zip);
  expect(report).toMatchObject({ created: 2, files: 0 });
  expect(report.failed).toEqual([{ path: "twice1.md", message: "is a duplicate" }]);
  expect(report.skipped.map(({ path }) => path)).toEqual([
    "../up.md",
    "/etc/abs.md",
    "C:/win.md",
    "nu\0l.md",
    "b/../c.png",
    "__MACOSX/",
  ]);
  const links = await importZip(person, await createZip({ "link.md": "/etc/passwd" }, 0o120_777));
  expect(links).toMatchObject({ created: 0, skipped: [{ path: "link.md", message: "is a symbolic link" }] });
  expect([...(await exportEntries(person)).keys()]).toEqual(["good.md", "twice1.md"]);
});

test("entries that are not UTF-8, too large or damaged are listed, and the rest is imported", async ({
  served,
}) => {
  const person = await createUploader(served);
  const zip = await createZip({
    "latin.md": Buffer.from("café", "latin1"),
    "utf16.md": Buffer.from("\ufeffwide", "utf16le"),
    "nul.md": "a\0b",
    "huge.md": "x".repeat(2 * 1024 * 1024),
    "huge.bin": Buffer.alloc(3 * 1024 * 1024, "y"),
    "good.md": "good",
  });
  const report = await importZip(person, zip);
  expect(report.created).toBe(1);
  expect(report.failed.map(({ path }) => path).toSorted()).toEqual([
    "huge.bin",
    "huge.md",
    "latin.md",
    "nul.md",
    "utf16.md",
  ]);
  const damaged = await createZip({ "a.md": "some text that is packed" });
  damaged.fill(0xff, 34, 44);
  expect(await importZip(person, damaged)).toMatchObject({ created: 0, failed: [{ path: "a.md" }] });
});

test("zip bombs and files that are not archives are rejected and leave nothing", async ({ served }) => {
  const person = await createUploader(served);
  const bomb = await createZip({ "a.md": "fine", "zeros.bin": Buffer.alloc(100 * 1024 * 1024) });
  expect(bomb.byteLength).toBeLessThan(200_000);
  expect(await catchReason(importZip(person, bomb))).toBe("ARCHIVE_TOO_LARGE");
  expect(await catchReason(importZip(person, Buffer.from("no archive at all, just text")))).toBe(
    "ARCHIVE_INVALID",
  );
  expect(await catchReason(importZip(person, Buffer.from("PK")))).toBe("ARCHIVE_INVALID");
  // An archive that declares a smaller size than it has is read only up to that size.
  const liar = await createZip({ "liar.md": "z".repeat(100_000) });
  const central = liar.lastIndexOf(Buffer.from("PK\u0001\u0002", "latin1"));
  liar.writeUInt32LE(10, central + 24);
  expect(await importZip(person, liar)).toMatchObject({ created: 0, failed: [{ path: "liar.md" }] });
  expect((await person.client.document.list.query({ workspaceId: person.workspaceId })).items).toEqual([]);
});

test("names in unmarked UTF-8 and in the DOS code page are decoded", async ({ served }) => {
  const person = await createUploader(served);
  const utf8 = renameEntries(
    await createZip({ "caf__.md": "a" }),
    "caf__",
    Buffer.from("café").toString("latin1"),
  );
  const dos = renameEntries(await createZip({ "caf_2.md": "b" }), "caf_2", "caf\u00822");
  for (const zip of [utf8, dos]) {
    for (const header of ["PK\u0003\u0004", "PK\u0001\u0002"]) {
      const at = zip.indexOf(Buffer.from(header, "latin1")) + (header.endsWith("\u0004") ? 6 : 8);
      zip.writeUInt16LE(zip.readUInt16LE(at) & ~0x0800, at);
    }
    await importZip(person, zip);
  }
  expect([...(await exportEntries(person)).keys()].toSorted()).toEqual(["café.md", "café2.md"]);
});

test("an import over a lost connection fails like a call", async ({ owner, served }) => {
  const zip = new Blob([await createZip({ "a.md": "a" })]);
  const token = (await owner.client.session.accessToken()) ?? "";
  const isImport = (input: unknown) => typeof input === "string" && input.includes("/files/imports/");
  const breaking: Record<string, typeof fetch> = {
    "before the response": async (input, init) => {
      if (isImport(input)) throw new TypeError("the network is gone");
      return fetch(input, init);
    },
    "within the response": async (input, init) => {
      if (!isImport(input)) return fetch(input, init);
      const body = new ReadableStream({
        pull: (stream) => stream.error(new TypeError("the network is gone")),
      });
      return new Response(body);
    },
  };
  for (const through of Object.values(breaking)) {
    await using client = createClient({ url: served.url, token, fetch: through });
    const imported = client.importArchive(owner.workspaceId, zip);
    await expect(imported).rejects.toThrow("the network is gone");
    await expect(imported).rejects.toSatisfy(isUnreachable);
  }
});

test("one Markdown text is imported without an archive", async ({ served }) => {
  const { client, workspaceId } = await createUploader(served);
  const text = { workspaceId, title: "Pasted", content: "a\r\n" };
  expect(await client.document.import.mutate(text)).toMatchObject({ created: 1 });
  expect(await client.document.import.mutate(text)).toMatchObject({ created: 0, unchanged: 1 });
});

test("only editors import and only members export, by links that end with the membership", async ({
  owner,
  served,
}) => {
  const { client, workspaceId } = owner;
  const guest = await register(served);
  const { token } = await client.workspace.invitation.create.mutate({ workspaceId, role: "viewer" });
  await guest.api.workspace.invitation.accept.mutate({ token });
  await using viewer = createClient({ url: served.url, token: guest.accessToken });
  expect(
    await catchReason(importZip({ client: viewer, workspaceId }, await createZip({ "a.md": "a" }))),
  ).toBe("ROLE_TOO_LOW");
  const { url } = await viewer.document.export.query({ workspaceId });
  expect((await fetch(viewer.fileUrl(url))).status).toBe(200);
  await client.workspace.member.remove.mutate({ workspaceId, userId: guest.user.id });
  expect(await readReason(await fetch(viewer.fileUrl(url)))).toBe("NOT_FOUND");
  const other = await createUploader(served);
  const { id } = await other.client.document.folder.create.mutate({
    workspaceId: other.workspaceId,
    name: "Own",
  });
  expect(await catchReason(client.document.export.query({ workspaceId, folderId: id }))).toBe("NOT_FOUND");
  const { url: own } = await client.document.export.query({ workspaceId });
  expect(await readReason(await fetch(client.fileUrl(`${own}&folder=${id}`)))).toBe("NOT_FOUND");
  const answer = await fetch(`${served.url}/files/exports/${workspaceId}`, {
    headers: bearer(guest.accessToken),
  });
  expect(answer.status).toBe(404);
});

test("items named like a Windows drive survive export and import", async ({ served }) => {
  const person = await createUploader(served);
  const { client, workspaceId } = person;
  await client.document.create.mutate({ workspaceId, title: "Q: why?", content: "because" });
  const { id } = await client.document.folder.create.mutate({ workspaceId, name: "C:" });
  await client.document.create.mutate({ workspaceId, title: "D: deep", content: "deep", folderId: id });
  await client.uploadFile(workspaceId, new Blob(["x"]), { name: "x.bin", path: "e:/x.bin" });
  const names = ["C-/D- deep.md", "Q- why-.md", "e-/x.bin"];
  expect([...(await exportEntries(person)).keys()].toSorted()).toEqual(names);
});

test("uploads of archives count toward the quota of the workspace", async () => {
  await using small = await serve({ env: { WORKSPACE_QUOTA_MB: "1", MAX_IMPORT_SIZE_MB: "1" } });
  const { client, workspaceId } = await createUploader(small);
  const announce = () =>
    client.file.createUpload.mutate({ workspaceId, name: "a.zip", size: 600_000, purpose: "import" });
  await announce();
  expect(await catchReason(announce())).toBe("QUOTA_EXCEEDED");
});
