import type { Reason } from "@mdreader/contract";
import { createId, documents, folders, workspaceEvents } from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";
import * as fc from "fast-check";
import { describe, expect } from "vitest";

import type { Client } from "../../testing/app.ts";
import { test as base } from "../../testing/test.ts";

const test = base
  .extend("client", ({ editor }) => editor.client)
  .extend("create", ({ client, workspaceId }) => async (title: string, folderId: string | null = null) => {
    const { id } = await client.document.create({ workspaceId, title, folderId });
    return id;
  })
  .extend(
    "createFolder",
    ({ client, workspaceId }) =>
      async (name: string, parentId: string | null = null) => {
        const { id } = await client.document.folder.create({ workspaceId, name, parentId });
        return id;
      },
  )
  .extend(
    "list",
    ({ viewer, workspaceId }) =>
      (folderId: string | null = null, limit = 3) =>
        listNames(viewer.client, { workspaceId, folderId, limit }),
  );

const reason = (expected: Reason) => ({ cause: { reason: expected } });

interface ListInput {
  workspaceId: string;
  folderId: string | null;
  limit: number;
}

/** Reads all pages of a folder. */
async function listNames(client: Client, input: ListInput): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await client.document.tree({ ...input, cursor });
    names.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return names;
}

describe("the order of a folder", () => {
  test("is by name until an item is placed, and then as placed", async ({ client, create, list }) => {
    const [a, , c] = [await create("a"), await create("b"), await create("c")];
    expect(await list()).toEqual(["a", "b", "c"]);
    await client.document.move({ id: c, folderId: null, beforeId: a });
    expect(await list()).toEqual(["c", "a", "b"]);
    await client.document.move({ id: c, folderId: null, afterId: a });
    expect(await list()).toEqual(["a", "c", "b"]);
  });

  test("stays when items are renamed, and new items come last", async ({ client, create, list }) => {
    const [a, b] = [await create("a"), await create("b")];
    await client.document.move({ id: b, folderId: null, beforeId: a });
    await client.document.update({ id: b, title: "z" });
    await create("0");
    await create("1");
    expect(await list()).toEqual(["z", "a", "0", "1"]);
  });

  test("has folders first, each kind in an order of its own", async ({
    client,
    create,
    createFolder,
    list,
  }) => {
    const [one, two] = [await createFolder("1"), await createFolder("2")];
    const [a, b] = [await create("a"), await create("b")];
    await client.document.folder.move({ id: two, parentId: null, beforeId: one });
    expect(await list(null, 1)).toEqual(["2", "1", "a", "b"]);
    await client.document.move({ id: b, folderId: null, beforeId: a });
    expect(await list(null, 1)).toEqual(["2", "1", "b", "a"]);
    await expect(client.document.move({ id: a, folderId: null, beforeId: one })).rejects.toMatchObject(
      reason("NOT_FOUND"),
    );
  });

  test("is shown by the tree, of each folder and of the list", async ({
    client,
    create,
    createFolder,
    workspaceId,
  }) => {
    const folderId = await createFolder("docs");
    const [a, b] = [await create("a", folderId), await create("b", folderId)];
    await client.document.move({ id: b, folderId, beforeId: a });
    expect(await client.document.tree({ workspaceId })).toMatchObject({
      childrenOrder: "name",
      items: [{ name: "docs", childrenOrder: "manual" }],
    });
    expect(await client.document.tree({ workspaceId, folderId })).toMatchObject({
      childrenOrder: "manual",
      items: [
        { name: "b", childrenOrder: "name" },
        { name: "a", childrenOrder: "name" },
      ],
    });
  });

  test("can be by name again, without a trace of the manual order", async ({
    client,
    create,
    list,
    workspaceId,
  }) => {
    const [a, b, c] = [await create("a"), await create("b"), await create("c")];
    await client.document.move({ id: c, folderId: null, beforeId: a });
    await client.document.folder.sort({ workspaceId });
    expect(await list()).toEqual(["a", "b", "c"]);
    await client.document.move({ id: b, folderId: null, beforeId: a });
    expect(await list()).toEqual(["b", "a", "c"]);
  });

  test("includes items from other folders, at a place or after the placed ones", async ({
    client,
    create,
    createFolder,
    list,
  }) => {
    const folderId = await createFolder("docs");
    const [a, b] = [await create("m", folderId), await create("n", folderId)];
    await client.document.move({ id: b, folderId, beforeId: a });
    const [placed, other] = [await create("placed"), await create("0")];
    await client.document.move({ id: other, folderId });
    const moved = await client.document.move({ id: placed, folderId, beforeId: a, afterId: b });
    expect(moved.folderId).toBe(folderId);
    expect(await list(folderId)).toEqual(["n", "placed", "m", "0"]);
    await client.document.move({ id: placed, folderId: null });
    expect(await list()).toEqual(["docs", "placed"]);
  });

  test("keeps the place of items that are deleted and restored", async ({ client, create, list }) => {
    const [a, b, c] = [await create("a"), await create("b"), await create("c")];
    await client.document.move({ id: c, folderId: null, beforeId: a });
    await client.document.delete({ id: a });
    await client.document.move({ id: b, folderId: null, beforeId: c });
    await client.document.restore({ id: a });
    expect(await list()).toEqual(["b", "c", "a"]);
  });
});

describe("placing", () => {
  test("in the same folder creates no new version of a document", async ({ client, create }) => {
    const [a, b] = [await create("a"), await create("b")];
    const before = await client.document.get({ id: b });
    await client.document.move({ id: b, folderId: null, beforeId: a, expectedVersion: 1 });
    expect(await client.document.get({ id: b })).toEqual(before);
    const call = client.document.move({ id: b, folderId: null, beforeId: a, expectedVersion: 7 });
    await expect(call).rejects.toMatchObject(reason("VERSION_CONFLICT"));
  });

  test("refers to a sibling in the target folder, other than the item", async ({
    client,
    create,
    createFolder,
    list,
  }) => {
    const folderId = await createFolder("docs");
    const [a, inside] = [await create("a"), await create("inside", folderId)];
    const calls = {
      NOT_FOUND: [
        { id: a, folderId: null, beforeId: inside },
        { id: a, folderId, beforeId: createId() },
      ],
      BAD_INPUT: [
        { id: a, folderId: null, beforeId: a },
        { id: a, folderId: null, afterId: a },
      ],
    } as const;
    for (const input of calls.NOT_FOUND)
      await expect(client.document.move(input)).rejects.toMatchObject(reason("NOT_FOUND"));
    for (const input of calls.BAD_INPUT)
      await expect(client.document.move(input)).rejects.toMatchObject(reason("BAD_INPUT"));
    expect(await list()).toEqual(["docs", "a"]);
  });

  test("falls back to the next sibling when the previous one is gone", async ({ client, create, list }) => {
    const [a, b, c] = [await create("a"), await create("b"), await create("c")];
    await client.document.delete({ id: b });
    await client.document.move({ id: c, folderId: null, afterId: b, beforeId: a });
    expect(await list()).toEqual(["c", "a"]);
  });

  test("needs the role of a move", async ({ commenter, create, workspaceId }) => {
    const [a, b] = [await create("a"), await create("b")];
    const calls = [
      () => commenter.client.document.move({ id: b, folderId: null, beforeId: a }),
      () => commenter.client.document.folder.sort({ workspaceId }),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject(reason("ROLE_TOO_LOW"));
  });

  test("is announced to subscribers, and left out of the activity", async ({
    client,
    create,
    createFolder,
    workspaceId,
  }) => {
    const folderId = await createFolder("docs");
    const [a, b] = [await create("a", folderId), await create("b", folderId)];
    const { eventSeq } = await client.workspace.get({ id: workspaceId });
    await client.document.move({ id: b, folderId, beforeId: a });
    await client.document.folder.sort({ workspaceId, folderId });
    await client.document.folder.sort({ workspaceId, folderId });
    const events = await client.workspace.activity({ workspaceId, kinds: ["folder.reordered"] });
    expect(
      events.items.map(({ seq, kind, subjectId, subjectName }) => [seq, kind, subjectId, subjectName]),
    ).toEqual([
      [eventSeq + 2, "folder.reordered", folderId, "docs"],
      [eventSeq + 1, "folder.reordered", folderId, "docs"],
    ]);
    const { items } = await client.workspace.activity({ workspaceId });
    expect(items.map(({ kind }) => kind)).toEqual(["document.created", "document.created", "folder.created"]);
    const moves = await client.workspace.activity({ workspaceId, kinds: ["folder.moved"] });
    expect(moves.items).toEqual([]);
  });

  test("is stored as an event of a kind that earlier servers list", async ({
    app,
    client,
    create,
    workspaceId,
  }) => {
    const [a, b] = [await create("a"), await create("b")];
    await client.document.move({ id: b, folderId: null, beforeId: a });
    const { items } = await client.workspace.activity({ workspaceId, kinds: ["folder.reordered"] });
    const stored = await app.services.database.db
      .select({ kind: workspaceEvents.kind })
      .from(workspaceEvents)
      .where(and(eq(workspaceEvents.workspaceId, workspaceId), eq(workspaceEvents.seq, items[0]?.seq ?? 0)));
    expect(stored).toEqual([{ kind: "folder.moved" }]);
  });
});

describe("pages", () => {
  test("continue in the order in which the list began", async ({ client, create, workspaceId }) => {
    const [a, b] = [await create("a"), await create("b")];
    await create("c");
    const byName = await client.document.tree({ workspaceId, limit: 1 });
    await client.document.move({ id: b, folderId: null, beforeId: a });
    const rest = await client.document.tree({ workspaceId, cursor: byName.nextCursor });
    expect(rest).toMatchObject({ childrenOrder: "name", items: [{ name: "b" }, { name: "c" }] });
    const placed = await client.document.tree({ workspaceId, limit: 1 });
    await client.document.folder.sort({ workspaceId });
    const others = await client.document.tree({ workspaceId, cursor: placed.nextCursor });
    expect(others).toMatchObject({ childrenOrder: "manual", items: [{ name: "a" }, { name: "c" }] });
  });

  test("have each item once, and two people see one order, whatever they move", async ({
    client,
    admin,
    workspaceId,
    createFolder,
  }) => {
    const people = [client, admin.client];
    const moves = fc.array(
      fc.record({ item: fc.nat(6), sibling: fc.nat(6), isBefore: fc.boolean(), person: fc.nat(1) }),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(moves, fc.boolean(), async (list, areTogether) => {
        const folderId = await createFolder(createId());
        const titles = Array.from({ length: 7 }, (_, index) => `${index}`);
        const ids: string[] = [];
        for (const title of titles)
          ids.push((await client.document.create({ workspaceId, title, folderId })).id);
        const expected = [...titles];
        const calls = list
          .filter(({ item, sibling }) => item !== sibling)
          .map(({ item, sibling, isBefore, person }) => () => {
            expected.splice(expected.indexOf(`${item}`), 1);
            expected.splice(expected.indexOf(`${sibling}`) + (isBefore ? 0 : 1), 0, `${item}`);
            const place = { [isBefore ? "beforeId" : "afterId"]: ids[sibling] };
            return (people[person] ?? client).document.move({ id: ids[item] ?? "", folderId, ...place });
          });
        if (areTogether) await Promise.all(calls.map((call) => call()));
        else for (const call of calls) await call();
        const [one, other] = await Promise.all(
          people.map((person, index) => listNames(person, { workspaceId, folderId, limit: 2 + 3 * index })),
        );
        expect(one).toEqual(other);
        expect(one?.toSorted()).toEqual(titles);
        if (!areTogether) expect(one).toEqual(expected);
      }),
      { numRuns: 12 },
    );
  });

  test("are in one order when earlier servers have given two items the same position", async ({
    app,
    client,
    create,
    list,
  }) => {
    const ids = [await create("a"), await create("b"), await create("c"), await create("d")];
    const [a = "", b = "", c = "", d = ""] = ids;
    await client.document.move({ id: b, folderId: null, beforeId: a });
    await app.services.database.db
      .update(documents)
      .set({ position: sql`(select position from documents where id = ${a})` })
      .where(eq(documents.id, c));
    expect(await list(null, 1)).toEqual(["b", "a", "c", "d"]);
    await client.document.move({ id: d, folderId: null, afterId: a });
    expect(await list(null, 1)).toEqual(["b", "a", "d", "c"]);
  });

  test("stay in order when hundreds of items are placed in one spot", async ({ client, create, list }) => {
    const [a, b, c] = [await create("a"), await create("b"), await create("c")];
    for (let count = 0; count < 200; count += 1) {
      await client.document.move({ id: b, folderId: null, afterId: a });
      await client.document.move({ id: c, folderId: null, afterId: a });
    }
    expect(await list()).toEqual(["a", "c", "b"]);
  });
});

describe("a large folder", () => {
  /** The number of documents that a manual order covers. */
  const maxOrdered = 10_000;

  test("is ordered up to the place where something was put", async ({
    app,
    client,
    createFolder,
    workspaceId,
  }) => {
    const folderId = await createFolder("large");
    await app.services.database.db.execute(sql`
      insert into documents (id, workspace_id, folder_id, title)
      select gen_random_uuid(), ${workspaceId}, ${folderId}, 'Document ' || n from generate_series(1, ${maxOrdered + 2}) n`);
    const find = async (title: string) => {
      const [row] = await app.services.database.db
        .select({ id: documents.id })
        .from(documents)
        .where(sql`${documents.folderId} = ${folderId} and ${documents.title} = ${title}`);
      return row?.id ?? "";
    };
    const [second, hundredth, last] = [
      await find("Document 2"),
      await find("Document 100"),
      await find(`Document ${maxOrdered + 2}`),
    ];
    await client.document.move({ id: hundredth, folderId, afterId: second });
    await client.document.move({ id: last, folderId, beforeId: second });
    const { items } = await client.document.tree({ workspaceId, folderId, limit: 5 });
    expect(items.map(({ name }) => name)).toEqual([
      "Document 1",
      `Document ${maxOrdered + 2}`,
      "Document 2",
      "Document 100",
      "Document 3",
    ]);
    const beyond = await find(`Document ${maxOrdered + 1}`);
    await expect(client.document.move({ id: second, folderId, afterId: beyond })).rejects.toMatchObject(
      reason("LIMIT_REACHED"),
    );
  });

  test("of folders has an order too", async ({ app, client, createFolder, list, workspaceId }) => {
    const parentId = await createFolder("large");
    const names = Array.from({ length: 12 }, (_, index) => `folder ${index}`);
    const rows = names.map((name) => ({ id: createId(), workspaceId, parentId, name }));
    await app.services.database.db.insert(folders).values(rows);
    const [first, last] = [rows[0]?.id ?? "", rows.at(-1)?.id ?? ""];
    await client.document.folder.move({ id: last, parentId, beforeId: first });
    expect(await list(parentId)).toEqual([names.at(-1), ...names.slice(0, -1)]);
  });
});
