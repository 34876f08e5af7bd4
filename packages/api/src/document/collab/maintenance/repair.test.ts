import { expect } from "vitest";

import { createServices } from "../../../services.ts";
import { createTestEditor, catchReason } from "../../../testing/index.ts";
import { test as base } from "../../../testing/test.ts";
import { recoverStaleDocuments } from "./maintenance.ts";
import { repairDocument } from "./repair.ts";

/** A letter of client 5 whose origin is the letter itself, for which Yjs throws. */
const poison = Buffer.from([1, 1, 5, 0, 132, 5, 0, 1, 97, 0]);

const it = base
  .extend(
    "create",
    ({ owner, workspaceId }) =>
      async (title: string, content: string) =>
        (await owner.client.document.create({ workspaceId, title, content })).id,
  )
  /** Replaces the documents in memory, as a restart does. */
  .extend(
    "restart",
    ({ app }) =>
      () =>
        Object.assign(app.services, { documents: createServices(app.services).documents }),
  )
  /** Appends an unvalidated update to the log, as earlier releases could, and restarts the server. */
  .extend("poisonLog", ({ app, restart }) => async (id: string): Promise<number> => {
    const { sql } = app.services.database;
    const [row] = await sql<{ version: number }[]>`
    with document as (
      update documents set version = version + 1 where id = ${id} returning id, workspace_id, version
    ), noted as (
      insert into stale_documents (document_id, workspace_id, since)
      select id, workspace_id, now() - interval '1 hour' from document
      on conflict (document_id) do update set since = excluded.since
    ), logged as (
      insert into document_log (document_id, workspace_id, seq, kind, update)
      select id, workspace_id, version, 'update', ${poison} from document
    )
    select version from document`;
    restart();
    return row?.version ?? 0;
  });

it("limits the damage to the unreadable document, and repairs it on request", async ({
  owner,
  create,
  poisonLog,
  workspaceId,
  app,
  restart,
}) => {
  const { client } = owner;
  const [whole, broken] = [await create("Whole", "needle one\n"), await create("Broken", "needle two\n")];
  const window = await createTestEditor(owner, broken);
  await window.type((text) => text.insert(text.length, "typed later\n"));
  const poisoned = await poisonLog(broken);

  expect(await catchReason(client.document.pull({ id: broken, stateVector: "AA==" }))).toBe(
    "DOCUMENT_DAMAGED",
  );
  const listed = await client.document.list({ workspaceId });
  expect(listed.items.map(({ id }) => id)).toEqual(expect.arrayContaining([whole, broken]));
  const found = await client.document.search({ workspaceId, query: "needle" });
  expect(found.items.map(({ id }) => id)).toContain(whole);
  await client.document.backlinks({ documentId: whole });
  await client.document.update({ id: broken, title: "Broken still" });
  expect(await recoverStaleDocuments(app.services)).toBe(1);
  expect(app.services.documents.damagedCount).toBe(1);

  const { database } = app.services;
  const repair = await repairDocument(database, broken);
  expect(repair.skipped.map(({ seq }) => seq)).toEqual([poisoned]);
  expect(repair.skipped.map(({ update }) => Buffer.from(update))).toEqual([poison]);
  const { content, version } = await client.document.get({ id: broken });
  expect({ content, version }).toEqual({ content: "needle two\ntyped later\n", version: repair.version });
  const [newest] = (await client.document.version.list({ id: broken })).items;
  expect(newest).toMatchObject({ label: `Repaired; left out entries ${poisoned}`, documentVersion: version });

  restart();
  await window.type((text) => text.insert(0, "again: "));
  expect((await client.document.get({ id: broken })).content).toBe("again: needle two\ntyped later\n");
  expect(await repairDocument(database, broken)).toMatchObject({ skipped: [], droppedSnapshots: 0 });
});

it("uses an older snapshot when the newest one is unreadable", async ({ app, create, restart, owner }) => {
  const { sql } = app.services.database;
  const id = await create("Folded", "text\n");
  await sql`
    insert into document_snapshots (document_id, workspace_id, seq, state)
    select id, workspace_id, version, ${poison} from documents where id = ${id}`;
  restart();
  expect(await catchReason(owner.client.document.pull({ id, stateVector: "AA==" }))).toBe("DOCUMENT_DAMAGED");
  expect(await repairDocument(app.services.database, id)).toMatchObject({ droppedSnapshots: 1 });
  expect((await owner.client.document.get({ id })).content).toBe("text\n");
});
