import { expect } from "vitest";

import { exportEntries, importZip } from "../../../test/archives.ts";
import { createUploader, type Uploader } from "../../../test/files.ts";
import { test } from "../../../test/test.ts";
import { renameEntries, unzip, createZip } from "../../../test/zip.ts";

test("names that some systems reject or cannot distinguish are replaced", async ({ served }) => {
  const person = await createUploader(served);
  const { client, workspaceId } = person;
  const titles = ["README", "readme", "caf\u00e9", "cafe\u0301", "a?b*c", "CON", "notes"];
  for (const title of titles) await client.document.create.mutate({ workspaceId, title, content: title });
  for (const name of ["Docs", "docs", "assets"]) {
    const { id: folderId } = await client.document.folder.create.mutate({ workspaceId, name });
    await client.document.create.mutate({ workspaceId, title: "inside", content: name, folderId });
  }
  for (const path of ["assets", "notes.md/pic.png", "Pic.png", "pic.png"]) {
    await client.uploadFile(workspaceId, new Blob([path]), { name: "pic.png", path });
  }
  const found = await exportEntries(person);
  const contents = [...found.values()].map(String);
  for (const title of [...titles, "Docs", "docs", "assets", "notes.md/pic.png", "Pic.png", "pic.png"]) {
    expect(contents).toContain(title);
  }
  const paths = [...found.keys()].map((path) => path.normalize("NFC").toLowerCase());
  expect(new Set(paths).size).toBe(paths.length);
  const parents = paths.flatMap((path) =>
    path
      .split("/")
      .slice(0, -1)
      .map((_, at, all) => all.slice(0, at + 1).join("/")),
  );
  expect(parents.filter((parent) => paths.includes(parent))).toEqual([]);
  expect(paths.filter((path) => /[?*]|(?:^|\/)con\./u.test(path))).toEqual([]);
  expect(found.get("README.md")?.toString()).toBe("README");
});

test("a title that becomes another one's file name gets the next free number", async ({ served }) => {
  const person = await createUploader(served);
  const { client, workspaceId } = person;
  for (const title of ["a/b", "a-b", "a-b (2)"])
    await client.document.create.mutate({ workspaceId, title, content: title });
  const found = [...(await exportEntries(person))].map(([path, bytes]) => [path, String(bytes)]);
  expect(Object.fromEntries(found)).toEqual({
    "a-b.md": "a-b",
    "a-b (2).md": "a-b (2)",
    "a-b (3).md": "a/b",
  });
});

test("a link in an exported text leads to the file that the app shows", async ({ served }) => {
  const person = await createUploader(served);
  const { client, workspaceId } = person;
  const ids: string[] = [];
  const folderIds: string[] = [];
  for (const name of ["A", "B"]) {
    const { id: folderId } = await client.document.folder.create.mutate({ workspaceId, name });
    const { id } = await client.document.create.mutate({
      workspaceId,
      folderId,
      title: `doc ${name}`,
      content: `\`attachments/image.png\`\r\n![own](attachments/image.png "of ${name}") ![[image.png]]\r\n`,
    });
    await client.uploadFile(workspaceId, new Blob([`bytes of ${name}`]), {
      name: "image.png",
      documentId: id,
      path: "attachments/image.png",
    });
    ids.push(id);
    folderIds.push(folderId);
  }
  await client.document.move.mutate({ id: ids[1] ?? "", folderId: folderIds[0] ?? null });
  const linked = async (of: Uploader) => {
    const found = await exportEntries(of);
    return ["A", "B"].map((name) => {
      const text = found.get(`A/doc ${name}.md`)?.toString() ?? "";
      const link = /\]\((\S+)/u.exec(text)?.[1] ?? "";
      return [text.replace(link, "LINK"), found.get(`A/${link}`)?.toString()];
    });
  };
  const expected = ["A", "B"].map((name) => [expect.stringContaining(`\r\n![own](`), `bytes of ${name}`]);
  expect(await linked(person)).toEqual(expected);
  // Texts without changed links are exported byte for byte.
  expect((await exportEntries(person)).get("A/doc A.md")?.toString()).toContain(
    "![own](attachments/image.png",
  );

  const other = await createUploader(served);
  const { url } = await client.document.export.query({ workspaceId });
  const archive = Buffer.from(await (await fetch(client.fileUrl(url))).arrayBuffer());
  await importZip(other, archive);
  expect(await linked(other)).toEqual(expected);
});

test("a replaced attachment stays with its document", async ({ served }) => {
  const person = await createUploader(served);
  const { client, workspaceId } = person;
  const { id } = await client.document.create.mutate({ workspaceId, title: "doc", content: "![](p.png)" });
  const name = "p.png";
  await client.uploadFile(workspaceId, new Blob(["one"]), { name, documentId: id, path: name });
  await importZip(person, await createZip({ "p.png": "two" }));
  const { id: folderId } = await client.document.folder.create.mutate({ workspaceId, name: "F" });
  await client.document.move.mutate({ id, folderId });
  const { items } = await client.file.resolve.query({ documentId: id, paths: [name] });
  expect(items[0]?.file).toMatchObject({ documentId: id, path: name, folderId });
  expect((await exportEntries(person)).get("F/p.png")?.toString()).toBe("two");
});

test("archives of other tools are imported: names that start with a dot, and double slashes", async ({
  served,
}) => {
  const person = await createUploader(served);
  let zip = await createZip({ "xx/a.md": "a", "d/_b.md": "b", "e/_/c.png": "c", "xx/": null });
  for (const [from, to] of [
    ["xx/", ".//"],
    ["d/_b", "d//b"],
    ["e/_/", "e/./"],
  ] as const) {
    zip = renameEntries(zip, from, to);
  }
  expect(await importZip(person, zip)).toMatchObject({ created: 2, files: 1, failed: [], skipped: [] });
  expect([...(await exportEntries(person)).keys()].toSorted()).toEqual(["a.md", "d/b.md", "e/c.png"]);
});

test("an export lists items whose names differ in the archive", async ({ served }) => {
  const { client, workspaceId } = await createUploader(served);
  for (const title of ["README", "readme", "a?b"]) {
    await client.document.create.mutate({ workspaceId, title, content: "" });
  }
  const { id: folderId } = await client.document.folder.create.mutate({ workspaceId, name: "CON" });
  await client.document.create.mutate({ workspaceId, title: "inside", content: "", folderId });
  const path = "readme.md/p.png";
  await client.uploadFile(workspaceId, new Blob(["p"]), { name: "p.png", path });
  const { url, renamed: others, notListed } = await client.document.export.query({ workspaceId });
  expect(notListed).toBe(0);
  const found = await unzip(await (await fetch(client.fileUrl(url))).bytes());
  expect(others.map((item) => item.path).toSorted()).toEqual(["CON/", "a?b.md", "readme.md", path]);
  const names = [...found.keys()];
  for (const { path: old, newPath } of others) {
    expect(names).not.toContain(old);
    expect(names.filter((name) => name.startsWith(newPath))).toHaveLength(1);
  }
});

test("an export omits and lists version control folders", async ({ served }) => {
  const { client, workspaceId } = await createUploader(served);
  const { id: folderId } = await client.document.folder.create.mutate({ workspaceId, name: "git" });
  await client.document.create.mutate({ workspaceId, title: "inside", content: "", folderId });
  await client.document.folder.create.mutate({ workspaceId, name: "CVS" });
  const { id } = await client.uploadFile(workspaceId, new Blob(["x"]), {
    name: "config",
    path: "sub/config",
  });
  // No call creates such names, but a database may contain them from before the check.
  const { sql } = served.database.database;
  await sql`update folders set name = '.git' where id = ${folderId}`;
  await sql`update files set path = 'sub/.hg/config' where id = ${id}`;
  const { url, skipped } = await client.document.export.query({ workspaceId });
  const found = await unzip(await (await fetch(client.fileUrl(url))).bytes());
  expect([...found.keys()]).toEqual(["CVS/"]);
  expect(skipped.map(({ path }) => path).toSorted()).toEqual([".git/", "sub/.hg/config"]);
});

/** An archive with names in an old encoding, as programs without Unicode write it. */
async function withRawNames(names: readonly string[]): Promise<Buffer<ArrayBuffer>> {
  const standIns = names.map((name, at) => String(at).padStart(name.length, "_"));
  let zip = await createZip(Object.fromEntries(standIns.map((name) => [name, name])));
  for (const [at, name] of names.entries()) zip = renameEntries(zip, standIns[at] ?? "", name);
  for (const [header, offset] of [
    ["PK\u0003\u0004", 6],
    ["PK\u0001\u0002", 8],
  ] as const) {
    for (let at = zip.indexOf(header, 0, "latin1"); at !== -1; at = zip.indexOf(header, at + 4, "latin1")) {
      zip.writeUInt16LE(zip.readUInt16LE(at + offset) & ~0x0800, at + offset);
    }
  }
  return zip;
}

test.for<[string, string[], string[]]>([
  // The second byte of its first letter is that of a backslash.
  ["Shift-JIS", ["\x95\x5c\x8e\xa6.md"], ["\u8868\u793a.md"]],
  [
    "GB18030",
    ["\xce\xc4\xb5\xb5/\xcb\xb5\xc3\xf7.md", "plain.md"],
    ["\u6587\u6863/\u8bf4\u660e.md", "plain.md"],
  ],
  ["CP866", ["\x8f\xe0\xa8\xa2\xa5\xe2.md"], ["\u041f\u0440\u0438\u0432\u0435\u0442.md"]],
])("names in %s are imported unchanged", async ([, raw, names], { served }) => {
  const person = await createUploader(served);
  const report = await importZip(person, await withRawNames(raw));
  expect(report).toMatchObject({ created: names.length, skipped: [], failed: [], uncertainNames: [] });
  expect([...(await exportEntries(person)).keys()].toSorted()).toEqual(names.toSorted());
});

test("a name in an ambiguous encoding is imported and listed", async ({ served }) => {
  const person = await createUploader(served);
  const report = await importZip(person, await withRawNames(["caf\x82.md"]));
  expect(report).toMatchObject({ created: 1, uncertainNames: [{ path: "caf\u00e9.md" }] });
});

test("a folder with an invalid name is listed, and the rest is imported", async ({ served }) => {
  const person = await createUploader(served);
  const report = await importZip(person, await createZip({ "a\u202eb/": null, "good.md": "good" }));
  expect(report).toMatchObject({ created: 1, skipped: [{ path: "a\u202eb" }] });
});

test("documents with names of other text files are imported as documents again", async ({ served }) => {
  const [person, other] = [await createUploader(served), await createUploader(served)];
  const titles = ["old.mkd", "page.mdx", "robots.txt"];
  for (const title of titles) {
    await person.client.document.create.mutate({ workspaceId: person.workspaceId, title, content: title });
  }
  const { url } = await person.client.document.export.query({ workspaceId: person.workspaceId });
  const archive = Buffer.from(await (await fetch(person.client.fileUrl(url))).arrayBuffer());
  expect(await importZip(person, archive)).toMatchObject({ created: 0, unchanged: 3, files: 0 });
  expect(await importZip(other, archive)).toMatchObject({ created: 3, files: 0 });
  const { items } = await other.client.document.list.query({ workspaceId: other.workspaceId });
  expect(items.map(({ title }) => title).toSorted()).toEqual(titles);
});
