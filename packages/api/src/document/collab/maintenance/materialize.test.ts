import * as fc from "fast-check";
import { describe, expect } from "vitest";
import type * as Y from "yjs";

import { textIn, test } from "../live.fixture.ts";
import { recoverStaleDocuments } from "./maintenance.ts";
import { materializeText } from "./materialize.ts";

describe("data derived from the log", () => {
  test("is the same regardless of when it is written", async ({
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
