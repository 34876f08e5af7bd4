import { createYDoc, getText } from "@mdreader/collab";
import * as fc from "fast-check";
import { describe, expect } from "vitest";
import type * as Y from "yjs";

import { fromBase64, textIn, test } from "../live.fixture.ts";
import { pullDocument } from "../read/changes.ts";
import { recoverStaleDocuments } from "./maintenance.ts";
import { foldLog, materializeText } from "./materialize.ts";

describe("data derived from the log", () => {
  test("is the same regardless of when it is written and how often the log is folded", async ({
    createDocument,
    createNode,
    createWindow,
    owner,
    editor,
    app,
  }) => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(4), fc.constantFrom("x", "é", "漢", "👩", "\n")), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const id = await createDocument("begin ");
        const node = createNode();
        const windows = [await createWindow(node, owner, id), await createWindow(node, editor, id)];
        const pushes: Promise<unknown>[] = [];
        changes.forEach(([place, remove, insert], index) => {
          const window = windows[index % 2];
          if (window === undefined) return;
          const change = (text: Y.Text) => {
            const at = place % (text.length + 1);
            text.delete(at, Math.min(remove, text.length - at));
            text.insert(at, insert);
          };
          pushes.push(window.type(change));
          if (index % 10 === 0) pushes.push(materializeText(app.services.database.sql, node.store, id));
        });
        await Promise.all(pushes);
        await materializeText(app.services.database.sql, node.store, id);
        const [row] = await app.services.database
          .sql`select content, version, content_version from documents where id = ${id}`;
        expect(row).toMatchObject({
          content: await textIn(createNode(), id),
          content_version: row?.["version"],
        });
      }),
      { numRuns: 10 },
    );
  });

  test("stays bounded when text is typed and deleted for a long time", async ({
    createDocument,
    createNode,
    createWindow,
    owner,
    app,
  }) => {
    const id = await createDocument();
    const node = createNode();
    const window = await createWindow(node, owner, id);
    const sizes: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      for (let burst = 0; burst < 10; burst += 1) {
        await Promise.all(
          Array.from({ length: 60 }, (_, n) =>
            window.type((text) =>
              n % 2 === 0 ? text.insert(0, "some words ") : text.delete(0, text.length),
            ),
          ),
        );
      }
      await foldLog(app.services.database.sql, node.store, id);
      const [{ bytes }] = await app.services.database.sql<[{ bytes: number }]>`
        select ((select coalesce(sum(length(update)), 0) from document_log where document_id = ${id})
          + (select coalesce(sum(length(state)), 0) from document_snapshots where document_id = ${id}))::int as bytes`;
      sizes.push(bytes);
    }
    expect(Math.max(...sizes.slice(4))).toBeLessThan(1.5 * Math.max(...sizes.slice(0, 4)));
  });
});

describe("opening a folded document through a process that has not loaded it", () => {
  test("returns the whole document, including later edits, repeatedly and after an edit", async ({
    createDocument,
    createNode,
    createWindow,
    owner,
    app,
    editor,
  }) => {
    const id = await createDocument("begun\n");
    const [busy, fresh] = [createNode(), createNode()];
    const writer = await createWindow(busy, owner, id);
    const typeMany = (mark: string) =>
      Promise.all(Array.from({ length: 520 }, () => writer.type((text) => text.insert(text.length, mark))));
    const opened = async () => {
      const { seq, update } = await pullDocument({ ...app.services, documents: fresh.store }, id, null);
      return { seq, text: getText(createYDoc([fromBase64(update)])).toJSON() };
    };
    const written = (seq: number) => ({ seq, text: writer.text.toJSON() });
    await typeMany("a");
    expect(await foldLog(app.services.database.sql, busy.store, id)).toBe(true);
    expect(await opened()).toEqual(written(521));
    await writer.type((text) => text.delete(2, 100));
    expect(await opened()).toEqual(written(522));
    for (const mark of ["b", "c", "d"]) {
      await typeMany(mark);
      expect(await foldLog(app.services.database.sql, busy.store, id)).toBe(true);
    }
    expect(await opened()).toEqual(written(2082));
    const other = await createWindow(fresh, editor, id);
    expect(await other.type((text) => text.insert(0, "read "))).toBe(2083);
    expect(await opened()).toEqual({ seq: 2083, text: `read ${writer.text.toJSON()}` });
  });
});

describe("an edit", () => {
  test("costs the same in a long document as in a short one, because it changes no indexed column", async ({
    app,
  }) => {
    const indexes = await app.services.database.sql<{ definition: string }[]>`
      select indexdef as definition from pg_indexes where tablename = 'documents'`;
    expect(indexes.length).toBeGreaterThan(0);
    for (const { definition } of indexes) {
      expect(definition).not.toMatch(/\b(?:version|content_version|updated_at|updated_by)\b/);
    }
  });
});

describe("a stale document of a crashed process", () => {
  test("is maintained by another process", async ({
    createDocument,
    createWindow,
    createNode,
    owner,
    app,
  }) => {
    const id = await createDocument("begin ");
    const window = await createWindow(createNode(), owner, id);
    await window.type((text) => text.insert(6, "typed before the end"));
    const { sql } = app.services.database;
    await sql`update stale_documents set since = now() - interval '1 minute' where document_id = ${id}`;
    expect(await recoverStaleDocuments(app.services)).toBeGreaterThan(0);
    const [row] = await sql`select content from documents where id = ${id}`;
    expect(row).toEqual({ content: "begin typed before the end" });
  });
});
