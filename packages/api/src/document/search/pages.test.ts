import { createId } from "@mdreader/db";
import { createTestDatabase } from "@mdreader/db/testing";
import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";

import { insertMember, insertUser, catchReason } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { firstPosition, positionCursor } from "./position.ts";
import { createSearchFixture } from "./search.fixture.ts";
import { parseTerms } from "./terms.ts";

const test = base
  .extend("library", { scope: "file" }, async ({ app }) => {
    const library = await createSearchFixture(app);
    const numbers = Array.from({ length: 700 }, (_, index) => index);
    await library.add(
      ...numbers.map((index) => ({
        title: index % 70 === 0 ? `Harvest ${index}` : `Note ${index}`,
        content:
          index % 7 === 6
            ? `the wheatharvesting ${index}`
            : `harvest ${index} ${"harvest ".repeat(index % 5)}`,
      })),
    );
    await library.add({ title: "trashed harvest", deleted: true }, { title: "autoharvester" });
    return library;
  })
  /** Reads all pages of a query, as the titles of each page. */
  .extend(
    "readAllPages",
    ({ library }) =>
      async (query: string, limit: number, between: () => Promise<unknown> = async () => {}) => {
        const pages: string[][] = [];
        for (let cursor: string | null | undefined; cursor !== null;) {
          const page = await library.page({ query, limit, cursor });
          pages.push(page.items.map(({ title }) => title));
          cursor = page.nextCursor;
          await between();
        }
        return pages;
      },
  )
  /** Searches, and returns how many sequential scans of documents it took, and how many it read through indexes. */
  .extend(
    "countReadRows",
    ({ app }) =>
      (workspaceId: string, query: string) =>
        app.services.database.sql.begin(async (tx) => {
          // The counts of this connection include earlier transactions.
          const count = async () => {
            const [counts] = await tx<{ scans: string; rows: string }[]>`
        select sum(seq_scan) as scans, sum(idx_tup_fetch) as rows from pg_stat_xact_user_tables
        where relname in ('documents', 'document_search')`;
            return { scans: Number(counts?.scans), rows: Number(counts?.rows) };
          };
          const before = await count();
          // Plans of earlier tests are for fewer documents.
          await tx`discard plans`;
          const { words, identifiers, patterns, bigrams, grams, longest } = parseTerms(query);
          const { rank, id } = firstPosition;
          await tx`
      select * from search_documents(${workspaceId}, ${words}, ${identifiers}, ${patterns}, ${bigrams}, ${grams}, ${longest},
        ${rank}, ${id}, null, 21, false)`;
          const after = await count();
          return { scans: after.scans - before.scans, rows: after.rows - before.rows };
        }),
  );

describe("pages", () => {
  test("rank a limited number of documents, whatever floors the cursor has", async ({ app }) => {
    const other = await createSearchFixture(app);
    await other.add({ title: "rye" }, ...Array.from({ length: 1000 }, (_, n) => ({ title: `rye ${n}` })));
    expect(await other.find("rye")).toContain("rye 999");
    const floors = Array<string>(3).fill("00000000-0000-0000-0000-000000000000");
    const cursor = positionCursor.encode({ ...firstPosition, floors });
    const { items } = await other.page({ query: "rye", cursor, limit: 1 });
    expect(items.map(({ title }) => title)).not.toEqual(["rye"]);
  });

  test("contain all hits exactly once: words and substrings, ranked or not", async ({ readAllPages }) => {
    const pages = await readAllPages("harvest", 50);
    const titles = pages.flat();
    expect(titles).toHaveLength(701);
    expect(new Set(titles).size).toBe(701);
    expect(pages.slice(0, -1).every((page) => page.length === 50)).toBe(true);
    // Titles first, words before substrings, and of the latter again titles first.
    expect(titles.slice(0, 10).every((title) => title.startsWith("Harvest"))).toBe(true);
    expect(titles.slice(600)).toEqual([
      "autoharvester",
      ...Array.from({ length: 100 }, (_, index) => `Note ${699 - 7 * index}`),
    ]);
  });

  test("contain the same hits for any page size", async ({ readAllPages }) => {
    expect((await readAllPages("harvest", 7)).flat()).toEqual((await readAllPages("harvest", 50)).flat());
    expect((await readAllPages("wheatharv", 1)).flat()).toEqual((await readAllPages("wheatharv", 50)).flat());
    expect((await readAllPages("eatharv", 9)).flat()).toHaveLength(100);
  });

  test("neither repeat nor skip a hit during concurrent writes", async ({ readAllPages, library, app }) => {
    const before = (await readAllPages("harvest", 50)).flat();
    const during = await readAllPages("harvest", 50, () =>
      library.add({ title: "new harvest" }, { title: "a harvest", deleted: true }),
    );
    expect(during.flat().filter((title) => title !== "new harvest")).toEqual(before);
    await app.services.database.db.execute(
      sql`delete from documents where title in ('new harvest', 'a harvest')`,
    );
  });

  test("leave most texts to the next page if the first has hits, and end after the last text", async ({
    readAllPages,
    library,
  }) => {
    expect(await readAllPages("autoharvester", 50)).toEqual([["autoharvester"], []]);
    expect(await library.page({ query: "nowhere" })).toEqual({ items: [], nextCursor: null });
  });
});

describe("callers of a search", () => {
  test("must be members", async ({ app, library }) => {
    const viewer = await insertUser(app);
    await insertMember(app, library.workspaceId, viewer, "viewer");
    expect((await library.page({ query: "harvest" }, viewer)).items).toHaveLength(20);
    const outsider = await insertUser(app);
    expect(await catchReason(library.page({ query: "harvest" }, outsider))).toBe("NOT_FOUND");
  });

  test("are rate-limited before any search runs", async ({ app, library }) => {
    const counted: string[] = [];
    const { limiter } = app.services;
    app.services.limiter = {
      ...limiter,
      consume: async (...attempt) => void counted.push(attempt.join(" ")),
    };
    await library.page({ query: "harvest" });
    app.services.limiter = limiter;
    expect(counted).toEqual([`search ${library.owner.id}`]);
  });
});

describe("the statement", () => {
  test("reads a bounded number of documents, however many match, with and without statistics", async ({
    app,
    countReadRows,
  }) => {
    const { sql: driver } = app.services.database;
    const crowd = await createSearchFixture(app);
    await crowd.add(
      ...Array.from({ length: 5000 }, (_, n) => ({
        title: createId(),
        content: `common ${n % 500 === 0 ? "rare" : ""}`,
      })),
    );
    const newer = await createSearchFixture(app);
    await newer.add(
      ...Array.from({ length: 2000 }, () => ({ title: createId(), content: "in another workspace" })),
    );
    await driver`select gin_clean_pending_list('document_search_idx')`;
    for (const analyze of [false, true]) {
      if (analyze) await driver`analyze documents, document_search`;
      for (const query of ["common", "rare", "ommo", "rar", "\u5168\u6587"]) {
        const { scans, rows } = await countReadRows(crowd.workspaceId, query);
        expect(scans, query).toBe(0);
        expect(rows, query).toBeLessThan(600);
      }
    }
  });

  test("is canceled when it takes too long, and reported as unavailable", async ({ app }) => {
    await using limited = await createTestDatabase({ statementTimeout: 1000 });
    const { database } = app.services;
    app.services.database = limited.database;
    try {
      const hurried = await createSearchFixture(app);
      await limited.database.db.transaction(async (tx) => {
        await tx.execute(sql`lock table documents in access exclusive mode`);
        expect(await catchReason(hurried.page({ query: "harvest" }))).toBe("UNAVAILABLE");
      });
      expect((await hurried.page({ query: "harvest" })).items).toEqual([]);
    } finally {
      app.services.database = database;
    }
  });
});
