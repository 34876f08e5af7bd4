import { documents, documentSearch, documentSearchQueue, type Sql, type SqlPool } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";
import { describe, expect } from "vitest";

import { test as base } from "../../testing/test.ts";
import { setSystemTimer } from "../../util/set-timer.ts";
import { createSearchIndex, indexQueued } from "./search-index.ts";

const it = base
  .extend("driver", ({ app }) => app.services.database.sql)
  .extend("create", ({ owner, workspaceId }) => async (title: string, content = "") => {
    const { id } = await owner.client.document.create({ workspaceId, title, content });
    return id;
  })
  /** Returns the titles of the hits, best first. */
  .extend("find", ({ owner, workspaceId }) => async (query: string) => {
    const { items } = await owner.client.document.search({ workspaceId, query });
    return items.map((item) => item.highlightedTitle.map(({ text }) => text).join(""));
  })
  /** Returns the indexed titles, and the number of documents in the queue. */
  .extend("readIndex", ({ app, workspaceId }) => async () => {
    const { db } = app.services.database;
    const rows = await db
      .select({ title: documentSearch.title, words: sql<string>`${documentSearch.words}::text` })
      .from(documentSearch)
      .where(eq(documentSearch.workspaceId, workspaceId))
      .orderBy(documentSearch.documentId);
    const queued = await db.$count(documentSearchQueue, eq(documentSearchQueue.workspaceId, workspaceId));
    return { titles: rows.map(({ title }) => title), words: rows.map(({ words }) => words), queued };
  })
  .extend("indexAll", ({ driver }) => async () => {
    while ((await indexQueued(driver)) > 0);
  });

/** A pool whose transactions run `beforeCommit` at the end. */
function intercept(pool: SqlPool, beforeCommit: () => Promise<void>): SqlPool {
  return Object.assign(pool.bind(null), {
    unsafe: pool.unsafe,
    begin: <T>(work: (tx: Sql) => T | Promise<T>) =>
      pool.begin(async (tx) => {
        const result = await work(tx);
        await beforeCommit();
        return result;
      }),
  });
}

describe("the search index", () => {
  it("follows each change of a document within a few seconds", async ({ app, owner, create, readIndex }) => {
    const index = createSearchIndex(app.services, setSystemTimer);
    index.start();
    const id = await create("Harbor", "ships");
    await expect.poll(readIndex, { timeout: 5000 }).toMatchObject({ titles: ["Harbor"], queued: 0 });
    await owner.client.document.update({ id, title: "Port", content: "vessels", baseVersion: 1 });
    await expect
      .poll(readIndex, { timeout: 5000 })
      .toMatchObject({ titles: ["Port"], words: [expect.stringContaining("vessel")], queued: 0 });
    await index.close();
  });

  it("soon sorts in new entries, which each search would read one by one", async ({
    app,
    create,
    driver,
    readIndex,
  }) => {
    await driver`create extension pgstattuple`;
    const titles = Array.from({ length: 20 }, (_, n) => `Harbor ${n}`);
    await Promise.all(titles.map((title) => create(title)));
    const index = createSearchIndex(app.services, (run) => setSystemTimer(run, 1));
    index.start();
    const readState = async () => {
      const [pending] =
        await driver`select pending_tuples::int as entries from pgstatginindex('document_search_idx')`;
      return { ...pending, queued: (await readIndex()).queued };
    };
    await expect.poll(readState, { timeout: 5000 }).toEqual({ entries: 0, queued: 0 });
    await index.close();
  });

  it("is brought up to date by a search, which finds everything acknowledged", async ({
    owner,
    create,
    find,
    readIndex,
  }) => {
    const id = await create("Harbor", "ships");
    expect(await readIndex()).toMatchObject({ titles: [], queued: 1 });
    expect(await find("ship")).toEqual(["Harbor"]);
    await owner.client.document.applyText({ id, text: "vessels", baseVersion: 1 });
    expect(await find("vessel")).toEqual(["Harbor"]);
    expect(await find("ship")).toEqual([]);
    expect(await readIndex()).toMatchObject({ queued: 0 });
  });

  it("is waited for by a search while another server indexes", async ({ create, driver, find }) => {
    await create("Harbor");
    const { promise: committed, resolve: commit } = Promise.withResolvers<void>();
    const { promise: indexed, resolve: setIndexed } = Promise.withResolvers<void>();
    const other = intercept(driver, async () => {
      setIndexed();
      await committed;
    });
    const indexing = indexQueued(other);
    await indexed;
    const found = find("Harbor");
    const readWaiting = async () => {
      const [{ count } = { count: 0 }] = await driver<{ count: number }[]>`
        select count(*)::int from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%document_search_queue%'`;
      return count;
    };
    await expect.poll(readWaiting, { timeout: 5000, interval: 20 }).toBe(1);
    commit();
    await indexing;
    expect(await found).toEqual(["Harbor"]);
  });

  it("is left alone by live edits and by moves", async ({
    owner,
    workspaceId,
    create,
    indexAll,
    readIndex,
  }) => {
    const id = await create("Harbor");
    await indexAll();
    const { id: folderId } = await owner.client.document.folder.create({ workspaceId, name: "Ports" });
    await owner.client.document.move({ id, folderId });
    expect(await readIndex()).toMatchObject({ titles: ["Harbor"], queued: 0 });
  });

  it("loses a document when it is moved to the trash, and gets it back with it", async ({
    owner,
    create,
    find,
    indexAll,
    readIndex,
  }) => {
    const id = await create("Harbor", "ships");
    await indexAll();
    await owner.client.document.delete({ id });
    expect(await readIndex()).toMatchObject({ titles: [] });
    await indexAll();
    expect(await readIndex()).toMatchObject({ titles: [], queued: 0 });
    expect(await find("ship")).toEqual([]);
    await owner.client.document.restore({ id });
    expect(await find("ship")).toEqual(["Harbor"]);
    await owner.client.document.delete({ id });
    await owner.client.document.purge({ id });
    await indexAll();
    expect(await readIndex()).toEqual({ titles: [], words: [], queued: 0 });
  });

  it("never shows a document in the trash, even if it was indexed at the same time", async ({
    owner,
    create,
    find,
    driver,
    indexAll,
    readIndex,
  }) => {
    const id = await create("Harbor", "ships");
    await indexAll();
    // As if the index had read the document before the commit, and written afterwards.
    await driver`alter table documents disable trigger documents_search_trigger`;
    await owner.client.document.delete({ id });
    await driver`alter table documents enable trigger documents_search_trigger`;
    expect(await readIndex()).toMatchObject({ titles: ["Harbor"] });
    expect(await find("ship")).toEqual([]);
  });

  it("keeps the queue when a server stops in the middle", async ({ create, driver, indexAll, readIndex }) => {
    await create("Harbor");
    const crash = async () => {
      throw new Error("stopped");
    };
    await expect(indexQueued(intercept(driver, crash))).rejects.toThrow("stopped");
    expect(await readIndex()).toMatchObject({ titles: [], queued: 1 });
    await indexAll();
    expect(await readIndex()).toMatchObject({ titles: ["Harbor"], queued: 0 });
  });

  it("is shared by servers, which take different documents", async ({
    app,
    workspaceId,
    driver,
    readIndex,
  }) => {
    await app.services.database.db
      .insert(documents)
      .values(Array.from({ length: 300 }, (_, n) => ({ workspaceId, title: `Note ${n}` })));
    const counts = await Promise.all(
      Array.from({ length: 4 }, async () => {
        let sum = 0;
        for (let count = 1; count > 0; sum += count) count = await indexQueued(driver);
        return sum;
      }),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(300);
    const { titles, queued } = await readIndex();
    expect(titles).toHaveLength(300);
    expect(queued).toBe(0);
  });

  it("never goes back to an older text, and makes no writer wait", async ({
    owner,
    create,
    driver,
    indexAll,
    readIndex,
  }) => {
    const id = await create("Harbor", "ships");
    await indexQueued(
      intercept(driver, async () => {
        // Another server has read the old text. Meanwhile, a new one is saved, and a third server looks into the queue.
        await owner.client.document.update({ id, content: "vessels", baseVersion: 1 });
        expect(await indexQueued(driver)).toBe(0);
      }),
    );
    expect(await readIndex()).toMatchObject({ words: [expect.stringContaining("ship")], queued: 1 });
    await indexAll();
    expect(await readIndex()).toMatchObject({ words: [expect.stringContaining("vessel")], queued: 0 });
  });

  it("makes no deletion wait, and finds what was deleted meanwhile no more", async ({
    owner,
    create,
    driver,
    find,
    indexAll,
    readIndex,
  }) => {
    const id = await create("Harbor", "ships");
    await indexAll();
    await owner.client.document.update({ id, content: "more ships", baseVersion: 1 });
    await indexQueued(
      intercept(driver, async () => {
        await owner.client.document.delete({ id });
      }),
    );
    expect(await find("ship")).toEqual([]);
    await indexAll();
    expect(await readIndex()).toMatchObject({ titles: [], queued: 0 });
  });

  it("goes on with the other documents if one fails", async ({ app, create, driver, readIndex }) => {
    await driver.unsafe(`
      create function fail_to_index() returns trigger language plpgsql as $$
      begin raise 'no'; end $$;
      create trigger failing before insert on document_search for each row when (new.title = 'Bad')
        execute function fail_to_index()`);
    await create("Bad");
    await create("Good");
    const warnings: unknown[] = [];
    const log = { ...app.services.log, warn: (details: unknown) => warnings.push(details) };
    const index = createSearchIndex({ ...app.services, log }, setSystemTimer);
    index.start();
    await expect.poll(readIndex, { timeout: 15_000 }).toMatchObject({ titles: ["Good"], queued: 1 });
    await driver.unsafe("drop function fail_to_index cascade");
    await expect.poll(readIndex, { timeout: 15_000 }).toMatchObject({ titles: ["Bad", "Good"], queued: 0 });
    expect(warnings.length).toBeGreaterThan(0);
    await index.close();
  });

  it("serves the searches of servers of the previous version", async ({
    create,
    driver,
    workspaceId,
    indexAll,
  }) => {
    const id = await create("Harbor", "ships and vessels");
    await indexAll();
    const [found] = await driver<{ hits: { id: string }[] }[]>`
      select hits from search_documents(${workspaceId}, 'vessel', '{}', ${["%vessel%"]}, '{}', 'vessel', 2147483647,
        'ffffffff-ffff-ffff-ffff-ffffffffffff', null, 21, false)`;
    expect(found?.hits.map((hit) => hit.id)).toEqual([id]);
  });
});
