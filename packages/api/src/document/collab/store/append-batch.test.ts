import { apiKeys, authSessions, createId, documents, workspaceMembers, workspaces } from "@mdreader/db";
import { and, eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import { addMember, insertUser, type TestActor } from "../../../testing/index.ts";
import { test as base } from "../../../testing/test.ts";
import { createBatchedAppend, type LiveAppend } from "./append-batch.ts";

const toCaller = ({ id, credential }: TestActor): LiveAppend["callers"][number] => ({
  userId: id,
  sessionId: credential.sessionId,
  keyId: null,
  keyWorkspaceId: null,
  scopes: null,
  needsSecondFactor: false,
  tool: null,
});

const unchanged = { version: 1, numbers: [1], isStale: false };

const it = base
  .extend("append", async ({ app }) => createBatchedAppend(app.services.database.sql))
  .extend(
    "createDocument",
    ({ owner, workspaceId }) =>
      async () =>
        (await owner.client.document.create({ workspaceId, title: "Notes", content: "Begin" })).id,
  )
  .extend(
    "createDocuments",
    ({ createDocument }) =>
      (count: number) =>
        Promise.all(Array.from({ length: count }, createDocument)),
  )
  /** An append of two updates by one author to a new document. */
  .extend(
    "by",
    ({ workspaceId }) =>
      (actor: TestActor, documentId: string, fields: Partial<LiveAppend> = {}): LiveAppend => {
        const clientId = 1000 + Math.floor(Math.random() * 1e6);
        // The statement does not interpret updates.
        const updates = ["one", "two"].map((text) => ({
          update: Buffer.from(text),
          authorId: actor.id,
          tool: null,
        }));
        const callers = [toCaller(actor)];
        return {
          documentId,
          workspaceId,
          expected: 1,
          updates,
          claims: new Map([[clientId, actor.id]]),
          callers,
          ...fields,
        };
      },
  )
  /** Appends to several other documents first, so that the given appends share a statement. */
  .extend(
    "appendTogether",
    ({ createDocuments, append, by, owner }) =>
      async (appends: readonly LiveAppend[]): Promise<boolean[]> => {
        const before = (await createDocuments(2)).map((id) => append(by(owner, id)));
        const results = await Promise.all(appends.map(append));
        expect(await Promise.all(before)).toEqual([true, true]);
        return results;
      },
  )
  .extend("stateOf", ({ app }) => async (id: string) => {
    const [state] = await app.services.database.sql`
    select version, updated_by as "updatedBy",
      (select array_agg(seq order by seq) from document_log where document_id = d.id) as numbers,
      (select count(*)::int from document_clients where document_id = d.id) as clients,
      exists (select from stale_documents where document_id = d.id) as "isStale"
    from documents d where id = ${id}`;
    return state;
  });

describe("appends to several documents", () => {
  it("share statements and write the same as statements of their own", async ({
    createDocuments,
    appendTogether,
    by,
    owner,
    stateOf,
    app,
  }) => {
    const ids = await createDocuments(20);
    expect(await appendTogether(ids.map((id) => by(owner, id)))).toEqual(ids.map(() => true));
    for (const id of ids) {
      const clients = (await stateOf(id))?.["clients"];
      expect(await stateOf(id)).toEqual({
        version: 3,
        updatedBy: owner.id,
        numbers: [1, 2, 3],
        clients,
        isStale: true,
      });
    }
    const [{ statements } = { statements: 0 }] = await app.services.database.sql<{ statements: number }[]>`
      select count(distinct created_at)::int as statements from document_log
      where document_id = any(${ids}::uuid[]) and seq > 1`;
    expect(statements).toBeLessThan(ids.length);
  });

  it("are refused one by one, for every reason", async ({
    app,
    workspaceId,
    owner,
    createDocuments,
    appendTogether,
    by,
    stateOf,
    append,
  }) => {
    const { db } = app.services.database;
    const [ben, viewer, stranger, leaver, suspended] = await Promise.all(
      Array.from({ length: 5 }, () => insertUser(app)),
    );
    if (!ben || !viewer || !stranger || !leaver || !suspended) throw new Error("expected five users");
    for (const editor of [ben, leaver, suspended]) await addMember(app, workspaceId, editor, "editor");
    await addMember(app, workspaceId, viewer, "viewer");
    await db
      .update(authSessions)
      .set({ revokedAt: new Date().toISOString() })
      .where(eq(authSessions.userId, suspended.id));
    const membership = and(
      eq(workspaceMembers.workspaceId, workspaceId),
      eq(workspaceMembers.userId, leaver.id),
    );
    await db.delete(workspaceMembers).where(membership);
    const revokedKey = createId();
    await db.insert(apiKeys).values({
      id: revokedKey,
      userId: owner.id,
      name: "Key",
      hint: "hint",
      secretHash: Buffer.from(revokedKey),
      scopes: ["write"],
      revokedAt: new Date().toISOString(),
    });
    const ids = await createDocuments(9);
    const [good, outdated, deleted, seen, strange, left, ended, keyed, mixed] = ids;
    if (!good || !outdated || !deleted || !seen || !strange || !left || !ended || !keyed || !mixed)
      throw new Error("expected nine documents");
    await db.update(documents).set({ deletedAt: new Date().toISOString() }).where(eq(documents.id, deleted));

    const results = await appendTogether([
      by(owner, good),
      by(owner, outdated, { expected: 0 }),
      by(owner, deleted),
      by(viewer, seen),
      by(stranger, strange),
      by(leaver, left),
      by(suspended, ended),
      by(owner, keyed, { callers: [{ ...toCaller(owner), sessionId: null, keyId: revokedKey }] }),
      by(ben, mixed, { updates: [...by(ben, mixed).updates, ...by(viewer, mixed).updates] }),
    ]);
    expect(results).toEqual([true, ...Array.from({ length: 8 }, () => false)]);
    expect(await stateOf(good)).toMatchObject({ version: 3, numbers: [1, 2, 3] });
    for (const id of ids.slice(1)) expect(await stateOf(id)).toMatchObject(unchanged);

    await db
      .update(workspaces)
      .set({ deletedAt: new Date().toISOString() })
      .where(eq(workspaces.id, workspaceId));
    const late = await Promise.all(ids.slice(0, 6).map((id) => append(by(owner, id, { expected: 3 }))));
    expect(late).toEqual(late.map(() => false));
  });

  it("do not wait for a document that someone else has locked", async ({
    createDocuments,
    app,
    append,
    by,
    owner,
    appendTogether,
    stateOf,
  }) => {
    const ids = await createDocuments(6);
    const [locked = ""] = ids;
    const { sql } = app.services.database;
    const held = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const holding = sql.begin(async (tx) => {
      await tx`select 1 from documents where id = ${locked} for update`;
      held.resolve();
      await release.promise;
    });
    await held.promise;
    const first = append(by(owner, locked));
    const later = appendTogether(ids.slice(1).map((id) => by(owner, id)));
    expect(await later).toEqual([true, true, true, true, true]);
    expect(await stateOf(locked)).toMatchObject(unchanged);
    release.resolve();
    await holding;
    expect(await first).toBe(true);
  });

  it("do not fail with a document whose append fails", async ({
    createDocuments,
    by,
    owner,
    append,
    stateOf,
  }) => {
    const ids = await createDocuments(5);
    const [bad = "", ...others] = ids;
    const taken = by(owner, bad);
    await append(taken);
    const results = await Promise.allSettled([
      ...(await createDocuments(2)).map((id) => append(by(owner, id))),
      // The client ID is claimed a second time.
      append({ ...taken, expected: 3 }),
      ...others.map((id) => append(by(owner, id))),
    ]);
    expect(results.map(({ status }) => status)).toEqual(
      results.map((_, n) => (n === 2 ? "rejected" : "fulfilled")),
    );
    for (const id of others) expect(await stateOf(id)).toMatchObject({ version: 3 });
  });
});
