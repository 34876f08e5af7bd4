import type { Page, SearchHit, SearchInput } from "@mdreader/contract";
import { createId, documents } from "@mdreader/db";
import { describe, expect } from "vitest";

import { catchReason, insertWorkspace } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { startWindow } from "./position.ts";
import { indexQueued } from "./search-index.ts";
import { parseTerms } from "./terms.ts";

interface Fields {
  title: string;
  content?: string;
  folderId?: string;
  createdBy?: string;
  updatedBy?: string;
  updatedAt?: string;
}

const it = base
  /** Creates a folder. */
  .extend("createFolder", ({ owner, workspaceId }) => async (name: string, parentId?: string) => {
    const { id } = await owner.client.document.folder.create({ workspaceId, name, parentId });
    return id;
  })
  /** Creates documents in order, and indexes them. */
  .extend("add", ({ app, workspaceId }) => async (...rows: Fields[]) => {
    const { db, sql: driver } = app.services.database;
    for (let start = 0; start < rows.length; start += 1000)
      await db
        .insert(documents)
        .values(rows.slice(start, start + 1000).map((row) => ({ ...row, id: createId(), workspaceId })));
    while ((await indexQueued(driver)) > 0);
  })
  .extend("search", ({ owner, workspaceId }) => (input: Omit<Partial<SearchInput>, "workspaceId">) => {
    return owner.client.document.search({ workspaceId, query: "harbor", ...input });
  })
  /** Returns the titles of all pages. */
  .extend("find", ({ search }) => async (input: Omit<Partial<SearchInput>, "workspaceId">) => {
    const titles: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: Page<SearchHit> = await search({ ...input, cursor });
      titles.push(...page.items.map(({ title }) => title));
      cursor = page.nextCursor;
    }
    return titles;
  });

describe("a filtered search", () => {
  it("finds the documents of a folder and its subfolders", async ({ createFolder, add, find, owner }) => {
    const guides = await createFolder("Guides");
    const inner = await createFolder("Inner", guides);
    const other = await createFolder("Other");
    await add(
      { title: "harbor 1" },
      { title: "harbor 2", folderId: guides },
      { title: "harbor 3", folderId: inner },
      { title: "harbor 4", folderId: other },
      { title: "elsewhere", folderId: guides },
    );
    expect(await find({ folderId: guides, sort: "newest" })).toEqual(["harbor 3", "harbor 2"]);
    expect(await find({ folderId: inner })).toEqual(["harbor 3"]);
    await owner.client.document.folder.move({ id: other, parentId: inner });
    expect(await find({ folderId: guides, sort: "newest" })).toEqual(["harbor 4", "harbor 3", "harbor 2"]);
  });

  it("finds the documents that a person created or was the last to edit", async ({
    owner,
    editor,
    viewer,
    workspaceId,
    find,
  }) => {
    await editor.client.document.create({ workspaceId, title: "harbor by the editor" });
    const { id } = await owner.client.document.create({ workspaceId, title: "harbor by the owner" });
    expect(await find({ authorId: editor.id })).toEqual(["harbor by the editor"]);
    expect(await find({ authorId: owner.id })).toEqual(["harbor by the owner"]);
    await editor.client.document.applyText({ id, text: "ships", baseVersion: 1 });
    expect(await find({ authorId: editor.id, sort: "newest" })).toEqual([
      "harbor by the owner",
      "harbor by the editor",
    ]);
    expect(await find({ authorId: viewer.id })).toEqual([]);
    expect(await find({ authorId: createId() })).toEqual([]);
  });

  it("finds what changed in a period, including its first moment and not its last", async ({ add, find }) => {
    await add(
      { title: "harbor in May", updatedAt: "2026-05-01T00:00:00.000Z" },
      { title: "harbor in June", updatedAt: "2026-06-01T00:00:00.000Z" },
      { title: "harbor in July", updatedAt: "2026-07-01T00:00:00.000Z" },
    );
    const [may, june, july] = ["2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z"];
    expect(await find({ changedSince: june, sort: "newest" })).toEqual(["harbor in July", "harbor in June"]);
    expect(await find({ changedBefore: june })).toEqual(["harbor in May"]);
    expect(await find({ changedSince: may, changedBefore: july, sort: "newest" })).toEqual([
      "harbor in June",
      "harbor in May",
    ]);
  });

  it("combines its filters", async ({ createFolder, add, find, editor }) => {
    const folderId = await createFolder("Guides");
    const updatedAt = "2026-05-01T00:00:00.000Z";
    await add(
      { title: "harbor 1", folderId, updatedBy: editor.id, updatedAt },
      { title: "harbor 2", updatedBy: editor.id, updatedAt },
      { title: "harbor 3", folderId, updatedAt },
      { title: "harbor 4", folderId, updatedBy: editor.id },
    );
    const changedBefore = "2026-05-02T00:00:00Z";
    expect(await find({ folderId, authorId: editor.id, changedBefore })).toEqual(["harbor 1"]);
  });

  it("finds words, substrings and similar titles, ranked as without filters", async ({
    createFolder,
    add,
    find,
  }) => {
    const folderId = await createFolder("Guides");
    await add(
      { title: "Text", content: "ships in the harbor", folderId },
      { title: "Inside", content: "autoharbors", folderId },
      { title: "Superharbor", folderId },
      { title: "Harbor", folderId },
      { title: "港の文書", content: "船と港", folderId },
    );
    expect(await find({ folderId })).toEqual(["Harbor", "Text", "Superharbor", "Inside"]);
    expect(await find({ folderId })).toEqual(await find({}));
    expect(await find({ folderId, query: "船" })).toEqual(["港の文書"]);
    expect(await find({ folderId, query: "hrabor" })).toEqual(await find({ query: "hrabor" }));
  });

  it("refuses folders of other workspaces, folders in the trash and cursors of other searches", async ({
    app,
    owner,
    createFolder,
    add,
    search,
  }) => {
    const foreign = await insertWorkspace(app, { owner });
    const { id: foreignFolder } = await owner.client.document.folder.create({
      workspaceId: foreign.id,
      name: "Foreign",
    });
    const deleted = await createFolder("Deleted");
    await owner.client.document.folder.delete({ id: deleted });
    for (const folderId of [foreignFolder, deleted, createId()])
      expect(await catchReason(search({ folderId }))).toBe("NOT_FOUND");
    await add({ title: "harbor 1" }, { title: "harbor 2" });
    const { nextCursor } = await search({ limit: 1 });
    expect(await catchReason(search({ cursor: nextCursor, sort: "newest" }))).toBe("BAD_CURSOR");
    expect(await catchReason(search({ changedSince: "0000-01-01T00:00:00Z" }))).toBe("BAD_INPUT");
  });

  it("finds what members have just written, and nothing in the trash", async ({
    owner,
    editor,
    workspaceId,
    find,
  }) => {
    const { id } = await owner.client.document.create({ workspaceId, title: "Plan", content: "ships" });
    await editor.client.document.applyText({ id, text: "a harbor", baseVersion: 1 });
    expect(await find({ authorId: editor.id })).toEqual(["Plan"]);
    await owner.client.document.delete({ id });
    expect(await find({ authorId: editor.id })).toEqual([]);
  });
});

describe("pages of a filtered search", () => {
  it("contain each hit once, in any order and page size, even while documents are written", async ({
    createFolder,
    add,
    search,
    find,
  }) => {
    const folderId = await createFolder("Guides");
    await add(
      ...Array.from({ length: 60 }, (_, index) => ({
        title: index % 3 === 0 ? `harbor ${index}` : `Note ${index}`,
        content: index % 3 === 1 ? `a harbor ${"harbor ".repeat(index % 5)}` : "overharbored",
        folderId,
      })),
    );
    const isOld = (title: string) => title !== "new harbor";
    for (const sort of ["relevance", "newest"] as const) {
      const all = await find({ folderId, sort, limit: 50 });
      const paged: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page: Page<SearchHit> = await search({ folderId, sort, limit: 7, cursor });
        paged.push(...page.items.map(({ title }) => title));
        cursor = page.nextCursor;
        await add({ title: "new harbor", folderId });
      }
      expect(paged.filter(isOld)).toEqual(all.filter(isOld));
      expect(new Set(paged.filter(isOld)).size).toBe(60);
    }
    const newest = await find({ folderId, sort: "newest" });
    expect(newest.filter(isOld)).toEqual(
      Array.from({ length: 60 }, (_, index) => `${(59 - index) % 3 === 0 ? "harbor" : "Note"} ${59 - index}`),
    );
  });

  it("continue with older documents, of which each covers a limited number", async ({
    add,
    createFolder,
    search,
    find,
  }) => {
    const folderId = await createFolder("Guides");
    await add({ title: "harbor, the oldest", folderId }, { title: "harbor" });
    await add(...Array.from({ length: 2001 }, (_, index) => ({ title: `Note ${index}`, folderId })));
    for (const filter of [{ folderId }, { changedSince: "2026-01-01T00:00:00Z" }]) {
      expect(await search(filter)).toEqual({ items: [], nextCursor: expect.any(String) });
      expect(await find(filter)).toContain("harbor, the oldest");
    }
  });

  it("read a bounded number of documents through indexes, with and without statistics", async ({
    app,
    workspaceId,
    createFolder,
    add,
    viewer,
  }) => {
    const folderId = await createFolder("Guides");
    await add(
      ...Array.from({ length: 2500 }, (_, n) => ({
        title: createId(),
        content: `common ${n % 500 === 0 ? "rare" : ""}`,
        ...(n % 500 === 0 && { folderId }),
      })),
    );
    const { sql: driver } = app.services.database;
    await driver`select gin_clean_pending_list('document_search_idx')`;
    const count = (query: string, folder: string | null, author: string | null, isNewestFirst: boolean) =>
      driver.begin(async (tx) => {
        const countAll = async () => {
          const [counts] = await tx<{ scans: string; rows: string; searched: string }[]>`
            select sum(seq_scan) as scans, sum(idx_tup_fetch) as rows,
              sum(idx_tup_fetch) filter (where relname = 'document_search') as searched
            from pg_stat_xact_user_tables where relname in ('documents', 'document_search', 'folders')`;
          return [counts?.scans, counts?.rows, counts?.searched].map(Number);
        };
        const before = await countAll();
        await tx`discard plans`;
        const { words, identifiers, patterns, bigrams, grams, longest } = parseTerms(query);
        const { rank, id, ceiling } = startWindow();
        await tx`
          select * from search_filtered_documents(${workspaceId}, ${words}, ${identifiers}, ${patterns}, ${bigrams},
            ${grams}, ${longest}, ${folder}, ${author}, null, null, ${isNewestFirst}, ${rank}, ${id}, ${ceiling}, null, 21,
            false)`;
        const after = await countAll();
        return after.map((value, index) => value - (before[index] ?? 0));
      });
    for (const analyze of [false, true]) {
      if (analyze) await driver`analyze documents, document_search, folders`;
      for (const query of ["common", "rare", "ommo", "\u5168\u6587"]) {
        const [scansOfFolder, rowsOfFolder] = await count(query, folderId, null, false);
        expect(scansOfFolder, query).toBe(0);
        expect(rowsOfFolder, query).toBeLessThan(200);
        const [scans, , searched] = await count(query, null, null, true);
        expect(scans, query).toBe(0);
        expect(searched, query).toBeLessThan(2100);
        // An author without documents costs nothing.
        const [scansOfNobody, , ofNobody] = await count(query, null, viewer.id, false);
        expect(scansOfNobody, query).toBe(0);
        expect(ofNobody, query).toBeLessThan(20);
      }
    }
  });
});
