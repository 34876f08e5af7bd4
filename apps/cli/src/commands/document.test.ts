import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type Client, createClient, type DocumentSummary } from "@mdreader/client";
import { afterAll, beforeAll, expect, test } from "vitest";

import { serve, type Served } from "../../../server/test/serve.ts";
import { createMachine, type Machine, password, register } from "../../test/command-line.ts";
import type { PutResult } from "../document/put.ts";

let served: Served;
let machine: Machine;
/** The same user's client, for calls other than the tested commands. */
let client: Client;
let workspaceId: string;
beforeAll(async () => {
  served = await serve();
  machine = await createMachine(served.url, { separate: false });
  const { email } = await register(machine);
  client = createClient({ url: served.url });
  await client.auth.login.mutate({ email, password });
  ({ id: workspaceId } = await client.workspace.create.mutate({ name: "Handbook" }));
});
afterAll(async () => {
  await client.close();
  await machine[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
});

const inHandbook = ["--workspace", "Handbook"];

const createFolder = (name: string) => client.document.folder.create.mutate({ workspaceId, name });

async function createDocument(title: string, content: string, folderId: string | null = null) {
  return client.document.create.mutate({ workspaceId, title, content, folderId });
}

const readText = async (id: string) => (await client.document.get.query({ id })).content;

const readOutput = async (args: readonly string[]) => {
  const { code, stdout, stderr } = await machine.run(args);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout.toString();
};

test("commands work in the chosen workspace unless an option or a variable names another one", async () => {
  const other = await client.workspace.create.mutate({ name: "Other" });
  await client.document.create.mutate({ workspaceId: other.id, title: "Elsewhere" });
  const missing = await machine.run(["list", "--json"]);
  expect([missing.code, missing.error().hint]).toEqual([2, expect.stringContaining("mdreader use")]);
  expect(await readOutput(["use", "Other"])).toBe(`The default workspace is Other  ${other.id}\n`);
  const titles = async (args: string[], env = {}) =>
    (await machine.json<DocumentSummary[]>(["list", ...args], { env })).map(({ title }) => title);
  expect(await titles([])).toEqual(["Elsewhere"]);
  expect(await titles([], { MDREADER_WORKSPACE: "Handbook" })).not.toContain("Elsewhere");
  expect(await titles(["-w", other.id], { MDREADER_WORKSPACE: "Handbook" })).toEqual(["Elsewhere"]);
  expect(await machine.json(["use", "--clear"])).toBeNull();
});

test("an ambiguous name is refused with the candidates, and an unknown one with a suggestion", async () => {
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

test("documents are listed with their paths, and printed by path", async () => {
  const { id: folderId } = await createFolder("Listed");
  await createDocument("Ten 10", "ten\n", folderId);
  await createDocument("Ten 9", "nine\n", folderId);
  expect(await readOutput(["list", "Listed", ...inHandbook])).toMatch(
    /^DOCUMENT +UPDATED +SIZE +VERSION +ID\nListed\/Ten 9 +just now +5 bytes +1 .*\nListed\/Ten 10 /,
  );
  expect(await readOutput(["get", "Listed/Ten 10.md", ...inHandbook])).toBe("ten\n");
});

test("put creates a document, merges an edit of its base version, and never replaces a text unasked", async () => {
  const file = join(machine.home, "plan.md");
  await writeFile(file, "one\ntwo\nthree\n");
  const args = ["put", "Plan", file, ...inHandbook];
  const { id, version: base } = await machine.json<PutResult>(args);
  await client.document.update.mutate({ id, content: "one\ntwo\nthree\nfour\n", overwrite: true });
  await writeFile(file, "zero\none\ntwo\nthree\n");
  const refused = await machine.run([...args, "--json"]);
  expect([refused.code, refused.error().hint]).toEqual([2, expect.stringContaining("--base")]);
  expect(await machine.json<PutResult>([...args, "--base", `${base}`])).toMatchObject({
    created: false,
    path: "Plan",
    conflicts: [],
  });
  expect(await readText(id)).toBe("zero\none\ntwo\nthree\nfour\n");
});

test("put lists the lines that others changed too", async () => {
  const { id } = await createDocument("Contested", "one\ntwo\n");
  const file = join(machine.home, "contested.md");
  const fetched = await readOutput(["get", id, "--output", file]);
  const base = /--base (\d+)\n$/.exec(fetched)?.[1] ?? "";
  await client.document.update.mutate({ id, content: "one\nzwei\n", overwrite: true });
  await writeFile(file, (await readFile(file, "utf8")).replace("two", "deux"));
  expect(await readOutput(["put", "Contested", file, "--base", base, ...inHandbook])).toMatch(
    /both texts are kept\. Please review line 2\.\n$/,
  );
});

test("put needs the folder to exist unless it may create it", async () => {
  const args = ["put", "Deep/Below/Note.md", ...inHandbook];
  const refused = await machine.run([...args, "--json"], { stdin: "x" });
  expect([refused.code, refused.error().hint]).toEqual([1, "Pass --parents to create missing folders."]);
  const made = await machine.json<PutResult>([...args, "--parents"], { stdin: "x" });
  expect(made).toMatchObject({ created: true, path: "Deep/Below/Note" });
  const { folders } = await client.document.path.query({ id: made.id });
  expect(folders.map(({ name }) => name)).toEqual(["Deep", "Below"]);
});

test("renaming and moving update links on request", async () => {
  const { id: folderId } = await createFolder("Links");
  const { id } = await createDocument("Target", "# Target\n", folderId);
  const { id: from } = await createDocument("Source", "[here](Target.md)\n", folderId);
  expect(await readOutput(["rename", "Links/Target", "Goal", "--update-links", ...inHandbook])).toBe(
    "Renamed “Links/Target” to “Goal”. Updated 1 link in 1 document.\n",
  );
  expect(await readText(from)).toBe("[here](Goal.md)\n");
  expect(await readOutput(["move", "Links/Goal", "/", ...inHandbook])).toBe("Moved “Links/Goal” to “/”.\n");
  expect((await client.document.get.query({ id })).folderId).toBeNull();
  expect(await readText(from)).toBe("[here](Goal.md)\n");
});

test("a document is deleted by its full path, and restored by its title", async () => {
  const { id: folderId } = await createFolder("Safe");
  const { id } = await createDocument("Unique title", "x", folderId);
  const refused = await machine.run(["delete", "Unique title", ...inHandbook, "--json"]);
  expect([refused.code, refused.error().hint]).toEqual([1, "Did you mean “Safe/Unique title”?"]);
  expect(await readOutput(["delete", "Safe/Unique title", ...inHandbook])).toBe(
    "Moved “Safe/Unique title” to the trash.\n",
  );
  expect(await readOutput(["trash", "list", ...inHandbook])).toMatch(
    new RegExp(`^Unique title +document +just now .*${id}$`, "m"),
  );
  await machine.json(["restore", "Unique title", ...inHandbook]);
  expect(await readText(id)).toBe("x");
});

test("a document is purged after a confirmation", async () => {
  const { id } = await createDocument("Doomed", "x");
  await client.document.delete.mutate({ id });
  const purge = ["trash", "purge", "Doomed", ...inHandbook, "--json"];
  const unconfirmed = await machine.run(purge);
  expect([unconfirmed.code, unconfirmed.error().hint]).toEqual([2, "Pass --yes to confirm."]);
  await machine.json([...purge, "--yes"]);
  const { items } = await client.document.trash.query({ workspaceId });
  expect(items.map((item) => item.id)).not.toContain(id);
});

test("a changed name is noticed although the names of the workspace are kept on the machine", async () => {
  const { id } = await createDocument("Before", "x");
  expect(await readOutput(["get", "Before", ...inHandbook])).toBe("x");
  await client.document.update.mutate({ id, title: "After" });
  expect(await readOutput(["get", "After", ...inHandbook])).toBe("x");
});

test("open prints the address where no browser can be opened", async () => {
  const { id } = await createDocument("Shown", "x");
  expect(await readOutput(["open", "Shown", ...inHandbook])).toBe(`${served.url}/w/${workspaceId}/d/${id}\n`);
  expect(await machine.json(["open", ...inHandbook])).toEqual({ url: `${served.url}/w/${workspaceId}` });
});

test("search finds documents by folder, author and time, and sorts them", async () => {
  const { id: guides } = await createFolder("Search guides");
  const { id: inner } = await client.document.folder.create.mutate({
    workspaceId,
    name: "Inner",
    parentId: guides,
  });
  await createDocument("Lantern", "a lantern\n", guides);
  await createDocument("Old lantern", "a lantern\n", inner);
  await createDocument("Lantern elsewhere", "a lantern\n");
  const search = async (...args: string[]) =>
    (await machine.json<{ title: string }[]>(["search", "lantern", ...args, ...inHandbook])).map(
      ({ title }) => title,
    );
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
    ].map((args) => machine.run(["search", "lantern", ...args, ...inHandbook])),
  );
  expect(refused.map(({ code }) => code)).toEqual([1, 1, 2]);
});

test("get --format html writes a self-contained page", async () => {
  const { id } = await createDocument("Page", "# Page\n\nSee [[Page]] and <b>more</b>.\n");
  const printedPage = await readOutput(["get", id, "--format", "html"]);
  expect(printedPage).toMatch(/^<!doctype html>/);
  expect(printedPage).toContain(`<a href="${served.url}/w/${workspaceId}/d/${id}"`);
  const file = join(machine.home, "page.html");
  expect(await readOutput(["get", id, "--format", "html", "--output", file])).toBe(
    `Wrote version 1 to ${file}.\n`,
  );
  expect(await readFile(file, "utf8")).toBe(printedPage);
  const found = await machine.json<{ title: string; content: string }>(["get", id, "--format", "html"]);
  expect(found).toMatchObject({ title: "Page", content: printedPage });
});
