import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { DocumentSummary } from "@mdreader/client";
import { expect, onTestFinished } from "vitest";

import { test as base } from "../../test/test.ts";
import type { PutResult } from "../document/put.ts";

const test = base.extend(
  "readText",
  ({ client }) =>
    async (id: string) =>
      (await client.document.get.query({ id })).content,
);

test("commands work in the chosen workspace unless an option or a variable names another one", async ({
  client,
  machine,
}) => {
  const other = await client.workspace.create.mutate({ name: "Other" });
  await client.document.create.mutate({ workspaceId: other.id, title: "Elsewhere" });
  await machine.json(["use", "--clear"]);
  onTestFinished(() => machine.json(["use", "Handbook"]));
  const missing = await machine.run(["list", "--json"]);
  expect([missing.code, missing.error().hint]).toEqual([2, expect.stringContaining("mdreader use")]);
  expect(await machine.text(["use", "Other"])).toBe(`The default workspace is Other  ${other.id}\n`);
  const titles = async (args: string[], env = {}) =>
    (await machine.json<DocumentSummary[]>(["list", ...args], { env })).map(({ title }) => title);
  expect(await titles([])).toEqual(["Elsewhere"]);
  expect(await titles([], { MDREADER_WORKSPACE: "Handbook" })).not.toContain("Elsewhere");
  expect(await titles(["-w", other.id], { MDREADER_WORKSPACE: "Handbook" })).toEqual(["Elsewhere"]);
  expect(await machine.json(["use", "--clear"])).toBeNull();
});

test("an ambiguous name is refused with the candidates, and an unknown one with a suggestion", async ({
  client,
  machine,
}) => {
  for (let copy = 1; copy <= 2; copy += 1) await client.workspace.create.mutate({ name: "Twin" });
  const [ambiguous, unknown] = await Promise.all([
    machine.run(["use", "Twin"]),
    machine.run(["use", "handbook", "--json"]),
  ]);
  expect(ambiguous.code).toBe(1);
  expect(ambiguous.stderr).toMatch(
    /^Error: 2 workspaces are named “Twin”\.\n(?: {2}[\da-f-]{36} {2}Twin\n){2}Use one of these IDs/,
  );
  expect([unknown.code, unknown.error()]).toEqual([
    1,
    { reason: "NOT_FOUND", message: "There is no workspace “handbook”.", hint: "Did you mean “Handbook”?" },
  ]);
});

test("documents are listed with their paths, and printed by path", async ({
  createFolder,
  createDocument,
  machine,
}) => {
  const { id: folderId } = await createFolder("Listed");
  await createDocument("Ten 10", "ten\n", folderId);
  await createDocument("Ten 9", "nine\n", folderId);
  expect(await machine.text(["list", "Listed"])).toMatch(
    /^DOCUMENT +UPDATED +SIZE +VERSION +ID\nListed\/Ten 9 +just now +5 bytes +1 .*\nListed\/Ten 10 /,
  );
  expect(await machine.text(["get", "Listed/Ten 10.md"])).toBe("ten\n");
});

test("put creates a document, merges an edit of its base version, and never replaces a text unasked", async ({
  machine,
  client,
  readText,
}) => {
  const file = join(machine.home, "plan.md");
  await writeFile(file, "one\ntwo\nthree\n");
  const args = ["put", "Plan", file];
  const { id, version: baseVersion } = await machine.json<PutResult>(args);
  await client.document.update.mutate({ id, content: "one\ntwo\nthree\nfour\n", overwrite: true });
  await writeFile(file, "zero\none\ntwo\nthree\n");
  const refused = await machine.run([...args, "--json"]);
  expect([refused.code, refused.error().hint]).toEqual([2, expect.stringContaining("--base")]);
  expect(await machine.json<PutResult>([...args, "--base", `${baseVersion}`])).toMatchObject({
    created: false,
    path: "Plan",
    conflicts: [],
  });
  expect(await readText(id)).toBe("zero\none\ntwo\nthree\nfour\n");
});

test("put lists the lines that others changed too", async ({ createDocument, machine, client }) => {
  const { id } = await createDocument("Contested", "one\ntwo\n");
  const file = join(machine.home, "contested.md");
  const fetched = await machine.text(["get", id, "--output", file]);
  const baseVersion = /--base (\d+)\n$/.exec(fetched)?.[1] ?? "";
  await client.document.update.mutate({ id, content: "one\nzwei\n", overwrite: true });
  await writeFile(file, (await readFile(file, "utf8")).replace("two", "deux"));
  expect(await machine.text(["put", "Contested", file, "--base", baseVersion])).toMatch(
    /both texts are kept\. Review line 2\.\n$/,
  );
});

test("put needs the folder to exist unless it may create it", async ({ machine, client }) => {
  const args = ["put", "Deep/Below/Note.md"];
  const refused = await machine.run([...args, "--json"], { stdin: "x" });
  expect([refused.code, refused.error().hint]).toEqual([1, "Pass --parents to create missing folders."]);
  const made = await machine.json<PutResult>([...args, "--parents"], { stdin: "x" });
  expect(made).toMatchObject({ created: true, path: "Deep/Below/Note" });
  const { folders } = await client.document.path.query({ id: made.id });
  expect(folders.map(({ name }) => name)).toEqual(["Deep", "Below"]);
});

test("renaming and moving update links on request", async ({
  createFolder,
  createDocument,
  machine,
  readText,
  client,
}) => {
  const { id: folderId } = await createFolder("Links");
  const { id } = await createDocument("Target", "# Target\n", folderId);
  const { id: from } = await createDocument("Source", "[here](Target.md)\n", folderId);
  expect(await machine.text(["rename", "Links/Target", "Goal", "--update-links"])).toBe(
    "Renamed “Links/Target” to “Goal”. Updated 1 link in 1 document.\n",
  );
  expect(await readText(from)).toBe("[here](Goal.md)\n");
  expect(await machine.text(["move", "Links/Goal", "/"])).toBe("Moved “Links/Goal” to “/”.\n");
  expect((await client.document.get.query({ id })).folderId).toBeNull();
  expect(await readText(from)).toBe("[here](Goal.md)\n");
});

test("a document is deleted by its full path, and restored by its title", async ({
  createFolder,
  createDocument,
  machine,
  readText,
}) => {
  const { id: folderId } = await createFolder("Safe");
  const { id } = await createDocument("Unique title", "x", folderId);
  const refused = await machine.run(["delete", "Unique title", "--json"]);
  expect([refused.code, refused.error().hint]).toEqual([1, "Did you mean “Safe/Unique title”?"]);
  expect(await machine.text(["delete", "Safe/Unique title"])).toBe(
    "Moved “Safe/Unique title” to the trash.\n",
  );
  expect(await machine.text(["trash", "list"])).toMatch(
    new RegExp(`^Unique title +document +just now .*${id}$`, "m"),
  );
  await machine.json(["restore", "Unique title"]);
  expect(await readText(id)).toBe("x");
});

test("a document is purged after a confirmation", async ({
  createDocument,
  client,
  machine,
  workspaceId,
}) => {
  const { id } = await createDocument("Doomed", "x");
  await client.document.delete.mutate({ id });
  const purge = ["trash", "purge", "Doomed", "--json"];
  const unconfirmed = await machine.run(purge);
  expect([unconfirmed.code, unconfirmed.error().hint]).toEqual([2, "Pass --yes to confirm."]);
  await machine.json([...purge, "--yes"]);
  const { items } = await client.document.trash.query({ workspaceId });
  expect(items.map((item) => item.id)).not.toContain(id);
});

test("a changed name is noticed although the names of the workspace are kept on the machine", async ({
  createDocument,
  machine,
  client,
}) => {
  const { id } = await createDocument("Before", "x");
  expect(await machine.text(["get", "Before"])).toBe("x");
  await client.document.update.mutate({ id, title: "After" });
  expect(await machine.text(["get", "After"])).toBe("x");
});

test("open prints the address where no browser can be opened", async ({
  createDocument,
  machine,
  served,
  workspaceId,
}) => {
  const { id } = await createDocument("Shown", "x");
  expect(await machine.text(["open", "Shown"])).toBe(`${served.url}/w/${workspaceId}/d/${id}\n`);
  expect(await machine.json(["open"])).toEqual({ url: `${served.url}/w/${workspaceId}` });
});

test("search finds documents by folder, author and time, and sorts them", async ({
  createFolder,
  createDocument,
  machine,
  client,
}) => {
  const { id: guides } = await createFolder("Search guides");
  const { id: inner } = await createFolder("Inner", guides);
  await createDocument("Lantern", "a lantern\n", guides);
  await createDocument("Old lantern", "a lantern\n", inner);
  await createDocument("Lantern elsewhere", "a lantern\n");
  const search = async (...args: string[]) =>
    (await machine.json<{ title: string }[]>(["search", "lantern", ...args])).map(({ title }) => title);
  const newest = ["--sort", "newest"];
  expect(await search(...newest)).toEqual(["Lantern elsewhere", "Old lantern", "Lantern"]);
  expect(await search("--folder", "Search guides", ...newest)).toEqual(["Old lantern", "Lantern"]);
  expect(await search("--folder", "Search guides")).toEqual(["Lantern", "Old lantern"]);
  const { username } = await client.auth.me.query();
  const today = new Date().toLocaleDateString("sv");
  expect(await search("--author", username, "--since", today, "--until", today)).toHaveLength(3);
  expect(await search("--until", "2020-01-01")).toEqual([]);
  const refused = await Promise.all(
    [
      ["--folder", "Nowhere"],
      ["--author", "nobody"],
      ["--since", "soon"],
    ].map((args) => machine.run(["search", "lantern", ...args])),
  );
  expect(refused.map(({ code }) => code)).toEqual([1, 1, 2]);
});

test("get --format html writes a self-contained page", async ({
  createDocument,
  machine,
  served,
  workspaceId,
}) => {
  const { id } = await createDocument("Page", "# Page\n\nSee [[Page]] and <b>more</b>.\n");
  const printedPage = await machine.text(["get", id, "--format", "html"]);
  expect(printedPage).toMatch(/^<!doctype html>/);
  expect(printedPage).toContain(`<a href="${served.url}/w/${workspaceId}/d/${id}"`);
  const file = join(machine.home, "page.html");
  expect(await machine.text(["get", id, "--format", "html", "--output", file])).toBe(
    `Wrote version 1 to ${file}.\n`,
  );
  expect(await readFile(file, "utf8")).toBe(printedPage);
  const found = await machine.json<{ title: string; content: string }>(["get", id, "--format", "html"]);
  expect(found).toMatchObject({ title: "Page", content: printedPage });
});

test("documents are created from a file or stdin, and printed byte for byte", async ({ machine }) => {
  const create = ["document", "create", "--workspace", "Handbook"];
  const content = "\ufeffpiped\r\nno newline at the end";
  const { id } = await machine.json<{ id: string }>([...create, "--title", "From a pipe"], {
    stdin: content,
  });
  expect((await machine.run(["document", "get", id])).stdout).toEqual(Buffer.from(content));

  await writeFile(join(machine.home, "goal.md"), "# Goal\n");
  expect(await machine.json([...create, "--file", "goal.md"])).toMatchObject({
    title: "goal",
    content: "# Goal\n",
  });

  const bad = await machine.run([...create, "--title", "Latin", "--json"], { stdin: Buffer.from([0xff]) });
  expect(bad.code).toBe(1);
  expect(bad.error()).toMatchObject({
    reason: "FILE",
    message: "The input isn't UTF-8; save it as UTF-8.",
  });
  const listed = await machine.json<DocumentSummary[]>(["document", "list"]);
  const titles = listed.map(({ title }) => title);
  expect(titles).toEqual(expect.arrayContaining(["From a pipe", "goal"]));
  expect(titles).not.toContain("Latin");
});

test("search finds documents by their words, with the matching passages", async ({
  createDocument,
  machine,
}) => {
  await createDocument("Airships", "The zeppelin floats over the lake.");
  await createDocument("Balloons", "Nothing of the kind.");
  const found = await machine.text(["search", "zeppelin"]);
  expect(found).toContain("Airships");
  expect(found).toContain("zeppelin floats");
  expect(found).not.toContain("Balloons");
  expect(await machine.json(["search", "submarine"])).toEqual([]);
});
