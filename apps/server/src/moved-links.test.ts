import type { Client } from "@mdreader/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";

import { bearer, catchFailure, register } from "../test/calls.ts";
import { createUploader, png, uploadBytes } from "../test/files.ts";
import { serve, type Served } from "../test/serve.ts";

let served: Served;
let client: Client;
let workspaceId: string;
beforeAll(async () => {
  served = await serve();
  ({ client } = await createUploader(served));
});
afterAll(() => served[Symbol.asyncDispose]());
beforeEach(async () => {
  ({ id: workspaceId } = await client.workspace.create.mutate({ name: "Links" }));
});

const createDocument = async (title: string, content = "", folderId: string | null = null) =>
  (await client.document.create.mutate({ workspaceId, title, content, folderId })).id;
const createFolder = async (name: string, parentId: string | null = null) =>
  (await client.document.folder.create.mutate({ workspaceId, name, parentId })).id;
const read = async (id: string) => (await client.document.get.query({ id })).content;

type Place = Parameters<Client["document"]["countMovedLinks"]["query"]>[0];
const toRenamed = (kind: Place["kind"], id: string, fromName: string) => ({
  workspaceId,
  kind,
  id,
  fromName,
});
const toMoved = (kind: Place["kind"], id: string, fromFolderId: string | null) => ({
  workspaceId,
  kind,
  id,
  fromFolderId,
});
const count = async (place: Place) => {
  const { documents, links } = await client.document.countMovedLinks.query(place);
  return { documents, links };
};
const update = (place: Place & { idempotencyKey?: string }) => client.document.updateMovedLinks.mutate(place);

describe("links to a document", () => {
  it("are left alone on request if they lead somewhere now", async () => {
    const guides = await createFolder("Guides");
    const target = await createDocument("Plan", "[a](Note.md) [b](Gone.md)\n", guides);
    await createDocument("Note", "", guides);
    await createDocument("Gone", "", guides);
    await client.document.move.mutate({ id: target, folderId: null });
    await createDocument("Note");
    const place = { ...toMoved("document", target, guides), onlyBroken: true };
    expect(await count({ ...place, onlyBroken: false })).toEqual({ documents: 1, links: 2 });
    expect(await count(place)).toEqual({ documents: 1, links: 1 });
    await update(place);
    expect(await read(target)).toBe("[a](Note.md) [b](Guides/Gone.md)\n");
  });

  it("follow its new title in every syntax, and all other text stays byte for byte", async () => {
    const guides = await createFolder("Guides & hints");
    const target = await createDocument("Old one", "Back to [myself](Old%20one.md#top).\n", guides);
    const before =
      '\uFEFF# A\r\n[a](Guides%20&%20hints/Old%20one.md "t") and [b](./Guides%20%26%20hints/Old%20one.md#part)\r\n' +
      "![e](<Guides & hints/Old one.md>) `[a](Guides%20&%20hints/Old%20one.md)`\rOld one.md [[Old one]]\n" +
      "[r] [r]\r\n\r\n[r]: /Guides%20&%20hints/Old%20one.md?x=1#y\r\n\r\n<a href='Guides%20&amp;%20hints/Old%20one.md'>x</a>\r\n";
    const linking = await createDocument("Linking", before);
    const unrelated = await createDocument(
      "Unrelated",
      "[x](Old%20one.md) [y](https://example.test/Old%20one.md)\n",
    );
    await client.document.update.mutate({ id: target, title: "New (2) é" });

    const place = toRenamed("document", target, "Old one");
    expect(await count(place)).toEqual({ documents: 2, links: 7 });
    expect(await read(linking)).toBe(before);
    expect(await update(place)).toEqual({ documents: 2, links: 7, skipped: 0, nextCursor: null });
    const name = "New%20%282%29%20é.md";
    expect(await read(linking)).toBe(
      before
        .replace('(Guides%20&%20hints/Old%20one.md "t")', `(Guides%20%26%20hints/${name} "t")`)
        .replace("(./Guides%20%26%20hints/Old%20one.md#part)", `(./Guides%20%26%20hints/${name}#part)`)
        .replace("[[Old one]]", "[[New (2) é]]")
        .replace("<Guides & hints/Old one.md>", `Guides%20%26%20hints/${name}`)
        .replace("/Guides%20&%20hints/Old%20one.md?x=1#y", `/Guides%20%26%20hints/${name}?x=1#y`)
        .replace("Guides%20&amp;%20hints/Old%20one.md", `Guides%20%26%20hints/${name}`),
    );
    expect(await read(target)).toBe(`Back to [myself](${name}#top).\n`);
    expect(await read(unrelated)).toContain("[x](Old%20one.md)");
    expect(await count(place)).toEqual({ documents: 0, links: 0 });

    // Undo with the locations swapped.
    await client.document.update.mutate({ id: target, title: "Old one" });
    expect(await update(toRenamed("document", target, "New (2) é"))).toMatchObject({
      documents: 2,
      links: 7,
    });
    expect(await count(toRenamed("document", target, "New (2) é"))).toEqual({ documents: 0, links: 0 });
    const resolved = await client.document.resolveLink.query({
      documentId: linking,
      path: "Guides%20%26%20hints/Old%20one.md",
    });
    expect(resolved.document?.id).toBe(target);
  });

  it("follow it to another folder, and its own links keep their targets", async () => {
    const [a, b] = [await createFolder("a"), await createFolder("b")];
    const readme = await createDocument("README", "", a);
    await createDocument("README", "", b);
    const text =
      "[r](README.md) [up](../Home.md) ![p](attachments/pic.png) [gone](nowhere.md) [e](https://x.test/README.md)\n";
    const target = await createDocument("Doc", text, a);
    await createDocument("Home", "[d](a/Doc.md)\n");
    await uploadBytes({ client, workspaceId }, "pic.png", png, { documentId: target });
    await client.document.move.mutate({ id: target, folderId: b });
    const place = { ...toMoved("document", target, a), idempotencyKey: "the first move" };
    expect(await update(place)).toMatchObject({ documents: 2, links: 2, skipped: 0 });
    expect(await read(target)).toBe(text.replace("(README.md)", "(../a/README.md)"));
    expect(await update(place)).toMatchObject({ documents: 0, links: 0 });
    const path = "../a/README.md";
    const resolved = await client.document.resolveLink.query({ documentId: target, path });
    expect(resolved.document?.id).toBe(readme);
    const { items } = await client.file.resolve.query({ documentId: target, paths: ["attachments/pic.png"] });
    expect(items[0]?.file).toMatchObject({ path: "attachments/pic.png", folderId: b });
  });

  it("stay unchanged if they mean an older document of the same name", async () => {
    await createDocument("Twin");
    const younger = await createDocument("Twin");
    const linking = await createDocument("Linking", "[t](Twin.md)");
    await client.document.update.mutate({ id: younger, title: "Other" });
    expect(await update(toRenamed("document", younger, "Twin"))).toMatchObject({ links: 0 });
    expect(await read(linking)).toBe("[t](Twin.md)");
  });

  it("are updated in the live document during concurrent edits", async () => {
    const target = await createDocument("Before");
    const linking = await createDocument("Linking", "first\n\n[x](Before.md)\n");
    await client.document.update.mutate({ id: target, title: "After" });
    const base = await client.document.get.query({ id: linking });
    await update(toRenamed("document", target, "Before"));
    const text = base.content.replace("first", "first, typed");
    await client.document.applyText.mutate({ id: linking, baseVersion: base.version, text });
    expect(await read(linking)).toBe("first, typed\n\n[x](After.md)\n");
  });

  it("are updated page by page", async () => {
    const target = await createDocument("Before");
    for (const title of ["1", "2", "3"]) await createDocument(title, "[x](Before.md)");
    await client.document.update.mutate({ id: target, title: "After" });
    let cursor: string | null = null;
    const pages = [];
    do {
      const page = await update({ ...toRenamed("document", target, "Before"), limit: 2, cursor });
      pages.push(page.documents);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(pages).toEqual([2, 1]);
  });
});

describe("links to and inside a folder", () => {
  it("follow it when it is renamed, moved, and back", async () => {
    const [a, b] = [await createFolder("a"), await createFolder("b")];
    const old = await createFolder("Old", a);
    const inner = await createFolder("inner", old);
    const inside = await createDocument("Inside", "", old);
    const text =
      "[in](../Inside.md) [out](../../Out.md) [home](/Home.md) [own](/a/Old/Inside.md) ![p](../pic.png)\r\n" +
      "![q](../../shared.png)\r\n";
    const deep = await createDocument("Deep", text, inner);
    await createDocument("Out", "[i](Old/Inside.md) [f](Old/) ![p](Old/pic.png) [none](Older/Old.md)\n", a);
    const home = await createDocument("Home", "[d](a/Old/inner/Deep.md#x)\n");
    await uploadBytes({ client, workspaceId }, "pic.png", png, { folderId: old });
    await uploadBytes({ client, workspaceId }, "shared.png", png, { folderId: a });
    const pictures = async (paths: string[]) =>
      (await client.file.resolve.query({ documentId: deep, paths })).items.map(({ file }) => file?.path);
    expect(await pictures(["../pic.png", "../../shared.png"])).toEqual(["pic.png", "shared.png"]);

    await client.document.folder.rename.mutate({ id: old, name: "New" });
    expect(await update(toRenamed("folder", old, "Old"))).toMatchObject({ documents: 3, links: 5 });
    expect(await read(home)).toBe("[d](a/New/inner/Deep.md#x)\n");
    expect(await read(deep)).toBe(text.replace("/a/Old/", "/a/New/"));

    await client.document.folder.move.mutate({ id: old, parentId: b });
    const place = toMoved("folder", old, a);
    expect(await count(place)).toEqual({ documents: 3, links: 7 });
    expect(await update({ ...place, idempotencyKey: "move to b" })).toMatchObject({ documents: 3, links: 7 });
    const atB = text
      .replace("../../Out.md", "../../../a/Out.md")
      .replace("../../shared.png", "../../../a/shared.png")
      .replace("/a/Old/", "/b/New/");
    expect(await read(deep)).toBe(atB);
    expect(await pictures(["../pic.png", "../../../a/shared.png"])).toEqual(["pic.png", "shared.png"]);
    const out = await client.document.list.query({ workspaceId, folderId: a });
    expect(await read(out.items[0]?.id ?? "")).toBe(
      "[i](../b/New/Inside.md) [f](../b/New/) ![p](../b/New/pic.png) [none](Older/Old.md)\n",
    );
    expect(await update(place)).toMatchObject({ documents: 0, links: 0 });

    await client.document.folder.move.mutate({ id: old, parentId: a });
    // Links that climb to the root still lead to their targets.
    expect(await update(toMoved("folder", old, b))).toMatchObject({ documents: 3, links: 5, skipped: 0 });
    expect(await read(deep)).toBe(atB.replace("/b/New/", "/a/New/"));
    expect(await pictures(["../pic.png", "../../../a/shared.png"])).toEqual(["pic.png", "shared.png"]);
    expect((await client.document.get.query({ id: inside })).content).toBe("");
  });
});

it("moved links stay unchanged until an update, and other users' workspaces and folders are not found", async () => {
  const target = await createDocument("Before");
  const linking = await createDocument("Linking", "[x](Before.md)");
  await client.document.update.mutate({ id: target, title: "After" });
  expect(await read(linking)).toBe("[x](Before.md)");
  const other = await register(served);
  const place = toRenamed("document", target, "Before");
  const foreign = (await other.api.workspace.create.mutate({ name: "Other" })).id;
  for (const refused of [place, { ...place, workspaceId: foreign }])
    expect(await catchFailure(other.api.document.updateMovedLinks.mutate(refused))).toMatchObject({
      reason: "NOT_FOUND",
    });
  const folderId = (await other.api.document.folder.create.mutate({ workspaceId: foreign, name: "f" })).id;
  expect(
    await catchFailure(client.document.countMovedLinks.query(toMoved("document", target, folderId))),
  ).toMatchObject({
    reason: "NOT_FOUND",
  });
  expect(await read(linking)).toBe("[x](Before.md)");
});

it("moved links are counted and updated over REST", async () => {
  const { accessToken, api } = await register(served);
  const workspace = (await api.workspace.create.mutate({ name: "REST" })).id;
  const target = await api.document.create.mutate({ workspaceId: workspace, title: "After" });
  const content = "[x](Before.md)";
  const { id } = await api.document.create.mutate({ workspaceId: workspace, title: "Linking", content });
  const url = `${served.url}/api/v1/workspaces/${workspace}/moved-links`;
  const place = { kind: "document", id: target.id, fromName: "Before" };
  const headers = bearer(accessToken);
  const counted = await fetch(`${url}?${new URLSearchParams(place).toString()}`, { headers });
  expect(await counted.json()).toEqual({ documents: 1, links: 1, nextCursor: null });
  const updated = await fetch(url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(place),
  });
  expect(z.object({ links: z.int() }).parse(await updated.json()).links).toBe(1);
  expect((await api.document.get.query({ id })).content).toBe("[x](After.md)");
});

describe("wiki links", () => {
  it("keep their targets, by name if the name is unambiguous", async () => {
    const [guides, others] = [await createFolder("Guides"), await createFolder("Others")];
    const target = await createDocument("Topic", "", guides);
    await createDocument("Theme", "", others);
    const text =
      "[[Topic]] [[topic.md#Part|label]] ![[Guides/Topic]] [[/Guides/Topic]] [[Theme]] [x]([[Topic]])\n";
    const [linking, inside] = [
      await createDocument("Linking", text),
      await createDocument("Inside", text, others),
    ];
    await client.document.update.mutate({ id: target, title: "Theme" });
    const place = toRenamed("document", target, "Topic");
    expect(await update(place)).toMatchObject({ documents: 2, skipped: 0 });
    // By name, "Theme" is now the document with the shorter path, or the one in the document's own folder.
    const original = text
      .replace("![[Guides/Topic]]", "![[Guides/Theme]]")
      .replace("[[/Guides/Topic]]", "[[/Guides/Theme]]");
    expect(await read(linking)).toBe(
      original
        .replace("[[Topic]]", "[[Theme]]")
        .replace("[[topic.md#Part|label]]", "[[Theme.md#Part|label]]"),
    );
    expect(await read(inside)).toBe(
      original
        .replace("[[Topic]]", "[[Guides/Theme]]")
        .replace("[[topic.md#Part|label]]", "[[Guides/Theme.md#Part|label]]"),
    );
    expect(await count(place)).toEqual({ documents: 0, links: 0 });
  });

  it("stay unchanged if they contain an alias, unless it no longer leads to the document", async () => {
    const [near, far] = [await createFolder("Near"), await createFolder("Far")];
    const front = (name: string) => `---\naliases: [${name}]\n---\n[[Common ground]]`;
    const target = await createDocument("Long name", front("Nickname"), near);
    await createDocument("Ground 1", front("Common ground"), near);
    await createDocument("Ground 22", front("Common ground"), far);
    const linking = await createDocument("Linking by alias", "[[nickname]] [[Long name]]");
    await client.document.backlinks.query({ documentId: target });
    await client.document.update.mutate({ id: target, title: "New name" });
    expect(await update(toRenamed("document", target, "Long name"))).toMatchObject({ links: 1 });
    expect(await read(linking)).toBe("[[nickname]] [[New name]]");
    await client.document.move.mutate({ id: target, folderId: far });
    expect(await update(toMoved("document", target, near))).toMatchObject({ documents: 1, links: 1 });
    expect(await read(target)).toBe(front("Nickname").replace("Common ground", "Ground 1"));
  });

  it("stay unchanged if they contain only a name and the target moves", async () => {
    const [from, to] = [await createFolder("From"), await createFolder("To")];
    const target = await createDocument("Wanderer", "", from);
    const linking = await createDocument("Linking", "[[Wanderer]] [[From/Wanderer]]");
    await client.document.move.mutate({ id: target, folderId: to });
    expect(await update(toMoved("document", target, from))).toMatchObject({ documents: 1, links: 1 });
    expect(await read(linking)).toBe("[[Wanderer]] [[To/Wanderer]]");
    await client.document.folder.rename.mutate({ id: to, name: "There" });
    expect(await update(toRenamed("folder", to, "To"))).toMatchObject({ documents: 1, links: 1 });
    expect(await read(linking)).toBe("[[Wanderer]] [[There/Wanderer]]");
  });
});
