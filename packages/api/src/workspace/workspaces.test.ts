import { createId, workspaceEvents, workspaceMembers, workspaces } from "@mdreader/db";
import { asc, eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import { type TestActor, insertUser, insertWorkspace, catchReason, countOutcomes } from "../testing/index.ts";
import { test as base } from "../testing/test.ts";
import { maxOwnedWorkspaces } from "./create.ts";

const create = ({ client }: TestActor, name = "A workspace") => client.workspace.create({ name });

const it = base.extend(
  "db",
  ({ app }) =>
    () =>
      app.services.database.db,
);

describe("creating a workspace", () => {
  it("makes the creator its owner and only member", async ({ app }) => {
    const creator = await insertUser(app);
    const created = await creator.client.workspace.create({ name: "Notes", description: "Ours" });
    expect(created).toMatchObject({
      name: "Notes",
      description: "Ours",
      language: "english",
      role: "owner",
      deletedAt: null,
    });
    expect(await creator.client.workspace.get({ id: created.id })).toEqual({ ...created, eventSeq: 1 });
    const { items } = await creator.client.workspace.member.list({ workspaceId: created.id });
    expect(items.map(({ user, role }) => [user.id, role])).toEqual([[creator.id, "owner"]]);
  });

  it("emits the first event of the workspace", async ({ app, db }) => {
    const creator = await insertUser(app);
    const { id } = await create(creator, "Notes");
    const events = await db().select().from(workspaceEvents).where(eq(workspaceEvents.workspaceId, id));
    expect(events).toMatchObject([
      { seq: 1, kind: "workspace.created", actorId: creator.id, subjectName: "Notes" },
    ]);
  });

  it.for([
    ["no name", { name: "  " }],
    ["a name of several lines", { name: "a\nb" }],
    ["a name of 1 MB", { name: "a".repeat(1_000_000) }],
    ["a NUL byte", { name: "a\0b" }],
    ["a lone surrogate", { name: "a", description: "\ud800" }],
    ["an unknown language", { name: "a", language: "klingon" }],
    ["an owner of its own", { name: "a", ownerId: createId() }],
    ["a prototype", JSON.parse('{"name":"a","__proto__":{"role":"owner"},"constructor":1}')],
  ])("refuses %s", async ([, input], { app }) => {
    const { client } = await insertUser(app);
    expect(await catchReason(client.workspace.create(input))).toBe("BAD_INPUT");
    expect(await client.workspace.list()).toEqual({ items: [], nextCursor: null });
  });

  it("is limited per owner, also for concurrent requests", async ({ app, db }) => {
    const creator = await insertUser(app);
    const ids = Array.from({ length: maxOwnedWorkspaces - 2 }, createId);
    await db()
      .insert(workspaces)
      .values(ids.map((id) => ({ id, name: id })));
    await db()
      .insert(workspaceMembers)
      .values(ids.map((workspaceId) => ({ workspaceId, userId: creator.id, role: "owner" as const })));
    const counts = await countOutcomes(Array.from({ length: 10 }, () => create(creator)));
    expect(counts).toEqual({ ok: 2, LIMIT_REACHED: 8 });
  });
});

describe("the list of workspaces", () => {
  it("contains the caller's workspaces, newest first, with the caller's role", async ({ app }) => {
    const [reader, other] = [await insertUser(app), await insertUser(app)];
    const own = await create(reader);
    const shared = await insertWorkspace(app, { owner: other, viewer: reader });
    await create(other);
    const { items } = await reader.client.workspace.list();
    expect(items.map(({ id, role }) => [id, role])).toEqual([
      [shared.id, "viewer"],
      [own.id, "owner"],
    ]);
  });

  it("is paginated, with each workspace once", async ({ app }) => {
    const reader = await insertUser(app);
    const made: string[] = [];
    for (let number = 0; number < 5; number += 1) made.unshift((await create(reader)).id);
    const read: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof reader.client.workspace.list>> =
        await reader.client.workspace.list({ cursor, limit: 2 });
      read.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(read).toEqual(made);
  });

  it("rejects an invalid cursor", async ({ app }) => {
    const { client } = await insertUser(app);
    const list = (cursor: string) => catchReason(client.workspace.list({ cursor }));
    expect(await list("made up")).toBe("BAD_CURSOR");
    expect(await list(Buffer.from('"1; drop table users"').toString("base64url"))).toBe("BAD_CURSOR");
    expect(await list("x".repeat(2_100))).toBe("BAD_INPUT");
  });

  it("contains deleted workspaces only on request, and only for their owners", async ({ app }) => {
    const [owner, admin] = [await insertUser(app), await insertUser(app)];
    const kept = await insertWorkspace(app, { owner, admin });
    const deleted = await insertWorkspace(app, { owner, admin });
    await owner.client.workspace.delete({ id: deleted.id });
    const ids = async ({ client }: TestActor, options: { deleted: boolean }) =>
      (await client.workspace.list(options)).items.map(({ id }) => id);
    expect(await ids(owner, { deleted: false })).toEqual([kept.id]);
    expect(await ids(owner, { deleted: true })).toEqual([deleted.id]);
    expect(await ids(admin, { deleted: false })).toEqual([kept.id]);
    expect(await ids(admin, { deleted: true })).toEqual([]);
  });
});

describe("changing a workspace", () => {
  it("changes the given fields only", async ({ app }) => {
    const [owner, admin] = [await insertUser(app), await insertUser(app)];
    const { id } = await insertWorkspace(app, { owner, admin });
    await owner.client.workspace.update({ id, description: "Ours" });
    const updated = await admin.client.workspace.update({ id, name: "Notes" });
    expect(updated).toMatchObject({ name: "Notes", description: "Ours", role: "admin" });
    expect((await owner.client.workspace.update({ id, description: null })).description).toBeNull();
    expect(await owner.client.workspace.get({ id })).toMatchObject({ name: "Notes", description: null });
  });

  it.for([
    ["nothing to change", {}],
    ["a role", { role: "owner" }],
    ["a creation time", { name: "a", createdAt: new Date().toISOString() }],
    ["no name", { name: null }],
  ])("refuses %s", async ([, fields], { app }) => {
    const owner = await insertUser(app);
    const { id } = await create(owner);
    const before = await owner.client.workspace.get({ id });
    expect(
      await catchReason(owner.client.workspace.update({ id, ...JSON.parse(JSON.stringify(fields)) })),
    ).toBe("BAD_INPUT");
    expect(await owner.client.workspace.get({ id })).toEqual(before);
  });

  it("numbers the events without gaps, also for concurrent changes", async ({ app, db }) => {
    const [owner, admin] = [await insertUser(app), await insertUser(app)];
    const { id } = await insertWorkspace(app, { owner, admin });
    const names = Array.from({ length: 20 }, (_, number) => `Name ${number}`);
    await Promise.all(
      names.map((name, number) => (number % 2 ? owner : admin).client.workspace.update({ id, name })),
    );
    const events = await db()
      .select({ seq: workspaceEvents.seq, name: workspaceEvents.subjectName })
      .from(workspaceEvents)
      .where(eq(workspaceEvents.workspaceId, id))
      .orderBy(asc(workspaceEvents.seq));
    expect(events.map(({ seq }) => seq)).toEqual(names.map((_, index) => index + 1));
    expect(new Set(events.map(({ name }) => name))).toEqual(new Set(names));
  });
});
