import { apiKeys, authSessions, createId, documents, workspaceMembers, workspaces } from "@mdreader/db";
import { and, eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import { insertMember, insertUser, type TestActor } from "../../../testing/index.ts";
import { test as base } from "../../../testing/test.ts";
import { buildVersions } from "../../version/build-versions.ts";
import { readHistoryHead } from "../../version/stored-versions.ts";
import { createBatchedAppend } from "./append-batch.ts";
import type { LiveAppend } from "./append-together.ts";
import type { Append } from "./log.ts";

const toCaller = ({ id, credential }: TestActor): LiveAppend["callers"][number] => ({
  userId: id,
  sessionId: credential.sessionId,
  keyId: null,
  keyWorkspaceId: null,
  scopes: null,
  needsSecondFactor: false,
  apiKeyName: null,
});

const unchanged = { version: 1, numbers: [1], isStale: false };

const it = base
  .extend("append", async ({ app }) => {
    const append = createBatchedAppend(app.services.database.sql);
    return async (one: Append) => (await append(one)).isWritten;
  })
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
          apiKeyName: null,
        }));
        const callers = [toCaller(actor)];
        return {
          documentId,
          workspaceId,
          expected: 1,
          updates,
          newOwners: new Map([[clientId, actor.id]]),
          callers,
          ...fields,
        };
      },
  )
  /** An append that saves a text as the second version of a new document. */
  .extend(
    "toSave",
    ({ app, by, owner }) =>
      async (documentId: string, fields: Partial<Append> = {}): Promise<Append> => {
        const head = await readHistoryHead(app.services.database.sql, documentId);
        const authors = [{ userId: owner.id, tool: null }];
        const version = {
          documentVersion: 3,
          text: `Text of ${documentId}`,
          reason: "saved" as const,
          authors,
        };
        const saved = { row: { content: version.text }, ...buildVersions(head, [version]) };
        return { ...by(owner, documentId), saved, ...fields };
      },
  )
  /** Appends to several other documents first, so that the given appends share a statement. */
  .extend(
    "appendTogether",
    ({ createDocuments, append, by, toSave, owner }) =>
      async (appends: readonly Append[]): Promise<boolean[]> => {
        const isSave = appends.some(({ saved }) => saved !== undefined);
        const first = await createDocuments(2);
        const before = (
          isSave ? await Promise.all(first.map((id) => toSave(id))) : first.map((id) => by(owner, id))
        ).map(append);
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
    for (const editor of [ben, leaver, suspended]) await insertMember(app, workspaceId, editor, "editor");
    await insertMember(app, workspaceId, viewer, "viewer");
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
      // The client ID gets an owner a second time.
      append({ ...taken, expected: 3 }),
      ...others.map((id) => append(by(owner, id))),
    ]);
    expect(results.map(({ status }) => status)).toEqual(
      results.map((_, n) => (n === 2 ? "rejected" : "fulfilled")),
    );
    for (const id of others) expect(await stateOf(id)).toMatchObject({ version: 3 });
  });
});

describe("saves of several documents", () => {
  it("share statements and write the same as statements of their own", async ({
    app,
    owner,
    createDocuments,
    toSave,
    append,
    appendTogether,
  }) => {
    const { sql } = app.services.database;
    const ids = await createDocuments(8);
    const [alone = "", ...others] = ids;
    for (const id of ids)
      await sql`
        insert into document_edit_sessions (document_id, workspace_id)
        select id, workspace_id from documents where id = ${id}`;
    const withAnswer = (id: string) =>
      toSave(id, { response: { userId: owner.id, key: "key", body: { version: 3 } } });
    expect(await append(await withAnswer(alone))).toBe(true);
    const saves = await Promise.all(others.map(withAnswer));
    expect(await appendTogether(saves)).toEqual(others.map(() => true));

    const rows = await sql<{ id: string; content: string }[]>`
      select d.id, d.content, d.size, d.version, d.content_version, d.history_version, d.history_number, d.updated_by,
        v.document_version, v.title, v.base, v.size as version_size, v.reason, v.authors, a.key, a.answer,
        v.hash = sha256(convert_to(d.content, 'UTF8')) as is_same_text,
        (select array_agg(seq order by seq) from document_log where document_id = d.id) as numbers,
        exists (select from document_edit_sessions where document_id = d.id) as has_session,
        exists (select from stale_documents where document_id = d.id) as is_stale,
        exists (select from document_search_queue where document_id = d.id) or
          exists (select from document_search where document_id = d.id and size = d.size) as is_queued
      from documents d
      join document_versions v on v.document_id = d.id and v.number = d.history_number
      join idempotency_keys a on a.document_id = d.id
      where d.id = any(${ids}::uuid[])`;
    const [first, ...rest] = ids.map((one) => {
      const { id, content, ...row } = rows.find((found) => found.id === one) ?? { id: "", content: "" };
      expect(content).toBe(`Text of ${id}`);
      return row;
    });
    expect(first).toMatchObject({
      version: 3,
      content_version: 3,
      history_version: 3,
      history_number: 2,
      numbers: [1, 2, 3],
      is_same_text: true,
      has_session: false,
      is_stale: false,
      is_queued: true,
    });
    expect(rest).toEqual(others.map(() => first));
    const [{ statements } = { statements: 0 }] = await sql<{ statements: number }[]>`
      select count(distinct created_at)::int as statements from document_versions
      where document_id = any(${others}::uuid[]) and number = 2`;
    expect(statements).toBe(1);
  });

  it("are refused one by one", async ({
    workspaceId,
    app,
    createDocuments,
    toSave,
    appendTogether,
    stateOf,
  }) => {
    const ids = await createDocuments(4);
    const [good = "", outdated = "", numbered = "", refused = ""] = ids;
    const viewer = await insertUser(app);
    await insertMember(app, workspaceId, viewer, "viewer");
    const taken = await toSave(numbered);
    await app.services.database.sql`update documents set history_number = 2 where id = ${numbered}`;
    const byViewer = { updates: [{ update: Buffer.from("one"), authorId: viewer.id, apiKeyName: null }] };
    const results = await appendTogether([
      await toSave(good),
      await toSave(outdated, { expected: 0 }),
      taken,
      await toSave(refused, { ...byViewer, callers: [toCaller(viewer)] }),
    ]);
    expect(results).toEqual([true, false, false, false]);
    expect(await stateOf(good)).toMatchObject({ version: 3, numbers: [1, 2, 3], isStale: false });
    for (const id of [outdated, numbered, refused]) expect(await stateOf(id)).toMatchObject(unchanged);
  });
});
