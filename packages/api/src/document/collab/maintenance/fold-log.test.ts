import { createYDoc, getText } from "@mdreader/collab";
import { describe, expect } from "vitest";

import { fromBase64, test } from "../live.fixture.ts";
import { pullDocument } from "../read/changes.ts";
import { foldLog } from "./fold-log.ts";

describe("a folded log", () => {
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
