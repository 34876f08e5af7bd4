import { describe, expect, vi } from "vitest";
import * as Y from "yjs";

import { test } from "../live.fixture.ts";
import { applyText } from "../write/apply-text.ts";
import { appendUpdates } from "./log.ts";

describe("two processes that write to one document", () => {
  test("lock it after one was overtaken twice, until no other process writes", async ({
    createNode,
    createDocument,
    createWindow,
    checkEdit,
    owner,
    app,
  }) => {
    const [first, second] = [createNode(), createNode()];
    const id = await createDocument();
    const [hers, his] = [await createWindow(first, owner, id), await createWindow(second, owner, id)];
    const { caller } = await checkEdit(owner, id);
    const newOwners = new Map([[his.doc.clientID, owner.id]]);

    /** Writes through the second process. The first one is faster in some attempts. @returns Which attempts held the lock. */
    async function write(overtakings: number): Promise<boolean[]> {
      const held: boolean[] = [];
      const before = Y.encodeStateVector(his.doc);
      his.text.insert(his.text.length, "b");
      const update = Y.encodeStateAsUpdate(his.doc, before);
      await second.store.write(id, async (live, sql) => {
        held.push(sql !== app.services.database.sql);
        if (held.length <= overtakings) await hers.type((text) => text.insert(0, "a"));
        return {
          write: {
            updates: [{ update, authorId: owner.id, apiKeyName: null }],
            newOwners: live.owners.has(his.doc.clientID) ? new Map<number, string>() : newOwners,
            callers: [caller],
          },
          result: null,
        };
      });
      return held;
    }

    await second.store.read(id, () => null);
    expect(await write(1)).toEqual([false, false]);
    expect(await write(2)).toEqual([false, false, true]);
    expect(await write(0)).toEqual([true]);
    expect(await write(0)).toEqual([false]);
    expect(await first.store.read(id, ({ version }) => version)).toBe(8);

    // A version is saved without an edit, of which the process does not know.
    expect(await write(2)).toEqual([false, false, true]);
    const services = { ...app.services, documents: second.store };
    const access = await checkEdit(owner, id);
    const save = async (text: string) => {
      const version = await first.store.read(id, (live) => live.version);
      return applyText(services, access, { baseVersion: version, text });
    };
    await save("one\n");
    await owner.client.document.version.create({ id, label: "A name" });
    await save("two\n");
    const { items } = await owner.client.document.version.list({ id });
    expect(items.map(({ number }) => number)).toEqual(items.map((_, index) => items.length - index));
  });

  test("commit the edits that arrive while they wait for each other together", async ({
    createNode,
    createDocument,
    createWindow,
    checkEdit,
    owner,
    app,
  }) => {
    const { sql } = app.services.database;
    const [first, second] = [createNode(), createNode()];
    const id = await createDocument();
    const hers = await createWindow(first, owner, id);
    const his = [await createWindow(second, owner, id), await createWindow(second, owner, id)];
    const { caller, workspaceId } = await checkEdit(owner, id);
    await second.store.read(id, () => null);
    const type = () => his.map((window, n) => window.type((text) => text.insert(0, `${n}`)));
    // The first process commits while the second one waits for it.
    const pushes = await sql.begin(async (tx) => {
      await tx`select 1 from documents where id = ${id} for update`;
      const waiting = type();
      await vi.waitFor(async () => {
        const found = await sql`
          select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
        expect(found).toHaveLength(1);
      });
      hers.text.insert(0, "a");
      const update = Y.encodeStateAsUpdate(hers.doc);
      await appendUpdates(tx, {
        documentId: id,
        workspaceId,
        expected: 1,
        updates: [{ update, authorId: owner.id, apiKeyName: null }],
        newOwners: new Map([[hers.doc.clientID, owner.id]]),
        callers: [caller],
      });
      return [...waiting, ...type()];
    });
    expect((await Promise.all(pushes)).toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6]);
    const [commits] = await sql<{ count: number }[]>`
      select count(distinct created_at)::int as count from document_log where document_id = ${id} and seq > 2`;
    expect(commits?.count).toBe(1);
  });
});
