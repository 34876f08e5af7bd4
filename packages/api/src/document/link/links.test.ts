import { describe, expect } from "vitest";

import { test as base } from "../../testing/test.ts";

const it = base
  .extend(
    "guides",
    async ({ owner, workspaceId }) =>
      (await owner.client.document.folder.create({ workspaceId, name: "Guides & hints" })).id,
  )
  .extend(
    "deep",
    async ({ owner, workspaceId, guides }) =>
      (await owner.client.document.folder.create({ workspaceId, name: "Deep", parentId: guides })).id,
  )
  .extend(
    "write",
    ({ owner, workspaceId }) =>
      (title: string, content = "", folderId: string | null = null) =>
        owner.client.document.create({ workspaceId, title, content, folderId }),
  )
  .extend(
    "resolve",
    ({ owner }) =>
      async (documentId: string, path: string) =>
        (await owner.client.document.resolveLink({ documentId, path })).document?.title ?? null,
  );

describe("links between documents", () => {
  it("resolve by file name", async ({ write, deep, guides, resolve }) => {
    const home = await write("Home");
    const inner = await write("On profiling", "", deep);
    await write("What (now)?", "", guides);
    expect(await resolve(home.id, "Guides%20&%20hints/Deep/On%20profiling.md")).toBe("On profiling");
    expect(await resolve(home.id, "./Guides & hints/Deep/On profiling.md#part")).toBe("On profiling");
    expect(await resolve(inner.id, "../../Home.md")).toBe("Home");
    expect(await resolve(inner.id, "/Home.md")).toBe("Home");
    expect(await resolve(inner.id, "../What%20%28now%29%3F.md")).toBe("What (now)?");
    for (const nowhere of [
      "Home.md",
      "../../../Home.md",
      "https://example.test/Home.md",
      "#Home",
      "../Deep",
      "100%.md",
    ])
      expect([nowhere, await resolve(inner.id, nowhere)]).toEqual([nowhere, null]);
  });

  it("are suggested by title, with working paths", async ({ write, deep, guides, owner, resolve }) => {
    const from = await write("Here", "", deep);
    await write("Home");
    await write("Release notes [1.0] (draft) 100%", "", guides);
    const { items } = await owner.client.document.suggestLinks({ documentId: from.id, query: "NOTES" });
    expect(items.map(({ title }) => title)).toEqual(["Release notes [1.0] (draft) 100%"]);
    const [{ path } = { path: "" }] = items;
    expect(path).not.toMatch(/[ ()[\]]/);
    expect(await resolve(from.id, path)).toBe("Release notes [1.0] (draft) 100%");
    expect(
      (await owner.client.document.suggestLinks({ documentId: from.id, query: "%" })).items,
    ).toHaveLength(1);
    expect((await owner.client.document.suggestLinks({ documentId: from.id, limit: 2 })).items).toHaveLength(
      2,
    );
  });

  it("are listed as backlinks only for the documents that they lead to", async ({
    write,
    guides,
    deep,
    owner,
  }) => {
    const target = await write("Target one", "", guides);
    await write("Target one", "", deep);
    const links = [
      await write("By path", "first\nsee [it](Guides%20&%20hints/Target%20one.md), and more", null),
      await write("By reference", "[it]\n\n[it]: <../Target one.md>", deep),
    ];
    await write(
      "To the other",
      "[it](Deep/Target%20one.md) [x](https://example.test/Target%20one.md)",
      guides,
    );
    await write("In words", "Target one.md");
    await write(
      "In code",
      "`[it](Guides%20&%20hints/Target%20one.md)` <!-- [it](/Guides%20&%20hints/Target%20one.md) -->",
    );
    const first = await owner.client.document.backlinks({ documentId: target.id });
    expect(first.items.map(({ title }) => title)).toEqual(["By reference", "By path"]);
    expect(first.items[1]?.line).toBe("see [it](Guides%20&%20hints/Target%20one.md), and more");
    await owner.client.document.delete({ id: links[0]?.id ?? "" });
    const second = await owner.client.document.backlinks({ documentId: target.id });
    expect(second.items.map(({ title }) => title)).toEqual(["By reference"]);
  });

  it("may be wiki links, which find a document by its name", async ({
    owner,
    workspaceId,
    write,
    deep,
    guides,
  }) => {
    const vault = (await owner.client.document.folder.create({ workspaceId, name: "Vault" })).id;
    const far = await write("Wiki Note", "", deep);
    const near = await write("Wiki Note", "", vault);
    const from = await write("From the vault", "One [[Wiki Note#Part|label]].\n\n[[Missing]]", vault);
    const other = await write("From elsewhere", "Two ![[deep/wiki note.md]] `[[Wiki Note]]`", guides);
    await write("In brackets alone", "[Wiki Note] [[wiki notes]] \\[[Wiki Note]]", vault);
    const found = async (documentId: string, path: string) =>
      (await owner.client.document.resolveLink({ documentId, path })).document?.id ?? null;
    expect(await found(from.id, "[[WIKI note]]#Part")).toBe(near.id);
    expect(await found(other.id, "[[Wiki Note]]")).toBe(far.id);
    expect(await found(from.id, "[[Deep/Wiki Note]]")).toBe(far.id);
    expect(await found(from.id, "[[Missing]]")).toBeNull();
    const titles = async (documentId: string) =>
      (await owner.client.document.backlinks({ documentId })).items.map(
        ({ title, line }) => `${title}: ${line}`,
      );
    expect(await titles(near.id)).toEqual(["From the vault: One [[Wiki Note#Part|label]]."]);
    expect(await titles(far.id)).toEqual(["From elsewhere: Two ![[deep/wiki note.md]] `[[Wiki Note]]`"]);
  });

  it("may name the title or an alias in front matter, in any case, if no file has that name", async ({
    owner,
    write,
    guides,
    resolve,
  }) => {
    const front = "---\ntitle: The Long Way\naliases: [Shortcut, Trails/North]\ntags: [Walking]\n---\nText";
    const target = await write("trail-01", front, guides);
    const from = await write("Walks", "Take [[shortcut#Part|it]].");
    const backlinks = async () =>
      (await owner.client.document.backlinks({ documentId: target.id })).items.map(({ line }) => line);
    expect(await backlinks()).toEqual(["Take [[shortcut#Part|it]]."]);
    for (const name of ["SHORTCUT", "the long way", "Trails/north", "trail-01"])
      expect([name, await resolve(from.id, `[[${name}]]`)]).toEqual([name, "trail-01"]);
    for (const name of ["Walking", "/Shortcut", "./Shortcut", "North"])
      expect([name, await resolve(from.id, `[[${name}]]`)]).toEqual([name, null]);

    const suggest = (query: string) => owner.client.document.suggestLinks({ documentId: from.id, query });
    expect((await suggest("SHORT")).items).toEqual([
      { id: target.id, title: "trail-01", alias: "Shortcut", path: "Guides%20%26%20hints/trail-01.md" },
    ]);
    expect((await suggest("trail")).items.map(({ alias }) => alias)).toEqual([null]);

    const named = await write("Shortcut", "");
    expect(await resolve(from.id, "[[shortcut]]")).toBe("Shortcut");
    expect(await backlinks()).toEqual([]);
    await owner.client.document.delete({ id: named.id });
    const { version } = await owner.client.document.get({ id: target.id });
    await owner.client.document.update({ id: target.id, baseVersion: version, content: "No front matter" });
    expect(await backlinks()).toEqual([]);
    expect(await resolve(from.id, "[[shortcut]]")).toBeNull();
  });

  it("are listed page by page among long texts", async ({ write, owner }) => {
    const target = await write("Sought");
    await write("Honest", "[it](Sought.md)");
    const hostile = `Sought.md ${"](a ".repeat(350_000)}`;
    for (const title of ["First", "Second", "Third"]) await write(title, hostile);
    const found: string[] = [];
    const pages = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof owner.client.document.backlinks>> =
        await owner.client.document.backlinks({ documentId: target.id, cursor });
      pages.push(page);
      found.push(...page.items.map(({ title }) => title));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual(["Honest"]);
    expect(pages.length).toBeGreaterThan(1);
    // Cached links do not count toward the limit.
    expect((await owner.client.document.backlinks({ documentId: target.id })).items).toHaveLength(1);
  });
});
