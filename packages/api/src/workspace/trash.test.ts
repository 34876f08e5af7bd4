import {
  documents,
  documentVersions,
  files,
  folders,
  createId,
  workspaceEvents,
  workspaceInvitations,
  workspaceMembers,
  workspaces,
} from "@mdreader/db";
import { eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import { subscribeAccessChanged } from "../access/monitor/access-changes.ts";
import { type TestActor, insertUser, insertWorkspace, catchReason, countOutcomes } from "../testing/index.ts";
import { test as base } from "../testing/test.ts";
import { sweepWorkspaces } from "./sweep.ts";

const test = base
  .extend(
    "db",
    ({ app }) =>
      () =>
        app.services.database.db,
  )
  .extend(
    "retention",
    ({ app }) =>
      () =>
        app.services.settings.trashRetentionSeconds,
  )
  /** Creates a workspace that contains a row of each kind. */
  .extend("createFullWorkspace", ({ app, db }) => async () => {
    const [owner, viewer] = [await insertUser(app), await insertUser(app)];
    const { id } = await insertWorkspace(app, { owner, viewer });
    const { token } = await owner.client.workspace.invitation.create({ workspaceId: id, role: "editor" });
    const [folder, document, trashed] = [createId(), createId(), createId()];
    await db().insert(folders).values({ id: folder, workspaceId: id, name: "Folder" });
    await db()
      .insert(documents)
      .values([
        { id: document, workspaceId: id, folderId: folder, title: "Document", content: "text", size: 4 },
        { id: trashed, workspaceId: id, title: "Trashed", deletedAt: new Date().toISOString() },
      ]);
    await db()
      .insert(documentVersions)
      .values({
        documentId: document,
        documentVersion: 1,
        number: 1,
        workspaceId: id,
        title: "Document",
        body: Buffer.from("text"),
        size: 4,
        hash: new Uint8Array(32),
        reason: "created",
        authors: [],
      });
    await db()
      .insert(files)
      .values({
        workspaceId: id,
        documentId: document,
        path: "attachments/picture.png",
        mediaType: "image/png",
        size: 1,
        hash: new Uint8Array(32),
      });
    return { id, owner, viewer, token };
  })
  /** Reads the contents of a workspace, except its events. */
  .extend("contents", ({ db }) => async (id: string) => {
    const sorted = (rows: object[]) => rows.map((row) => JSON.stringify(row)).toSorted();
    return {
      workspace: await db()
        .select({ name: workspaces.name, deletedAt: workspaces.deletedAt })
        .from(workspaces)
        .where(eq(workspaces.id, id)),
      members: sorted(await db().select().from(workspaceMembers).where(eq(workspaceMembers.workspaceId, id))),
      invitations: sorted(
        await db().select().from(workspaceInvitations).where(eq(workspaceInvitations.workspaceId, id)),
      ),
      files: sorted(await db().select().from(files).where(eq(files.workspaceId, id))),
      folders: sorted(await db().select().from(folders).where(eq(folders.workspaceId, id))),
      documents: sorted(await db().select().from(documents).where(eq(documents.workspaceId, id))),
      versions: sorted(
        await db().select().from(documentVersions).where(eq(documentVersions.workspaceId, id)),
      ),
    };
  });

describe("deleting a workspace", () => {
  test("makes it indistinguishable from a missing one, for everyone", async ({
    createFullWorkspace,
    app,
  }) => {
    const { id, owner, viewer, token } = await createFullWorkspace();
    expect(await owner.client.workspace.delete({ id })).toEqual({ ok: true });
    for (const { client } of [owner, viewer]) {
      expect(await catchReason(client.workspace.get({ id }))).toBe("NOT_FOUND");
      expect(await catchReason(client.workspace.member.list({ workspaceId: id }))).toBe("NOT_FOUND");
      expect(await catchReason(client.workspace.activity({ workspaceId: id }))).toBe("NOT_FOUND");
      expect(await catchReason(client.workspace.leave({ id }))).toBe("NOT_FOUND");
      expect(await catchReason(client.workspace.delete({ id }))).toBe("NOT_FOUND");
      expect((await client.workspace.list()).items).toEqual([]);
    }
    const guest = await insertUser(app);
    expect(await catchReason(guest.client.workspace.invitation.preview({ token }))).toBe(
      "INVITATION_INVALID",
    );
    expect(await catchReason(guest.client.workspace.invitation.accept({ token }))).toBe("INVITATION_INVALID");
  });

  test("notifies open connections to check their access again", async ({ createFullWorkspace, app }) => {
    const { id, owner, viewer } = await createFullWorkspace();
    let times = 0;
    const reader = { userId: viewer.id, workspaceId: id };
    const stop = subscribeAccessChanged(app.services.bus, reader, () => (times += 1));
    await owner.client.workspace.delete({ id });
    stop();
    expect(times).toBe(1);
  });

  test("races with a change, which commits before or is rejected", async ({ app, db }) => {
    for (let repeat = 0; repeat < 20; repeat += 1) {
      const [owner, admin] = [await insertUser(app), await insertUser(app)];
      const { id } = await insertWorkspace(app, { owner, admin });
      const counts = await countOutcomes([
        owner.client.workspace.delete({ id }),
        admin.client.workspace.update({ id, name: "Changed" }),
        admin.client.workspace.invitation.create({ workspaceId: id, role: "viewer" }),
      ]);
      expect((counts.ok ?? 0) + (counts.NOT_FOUND ?? 0)).toBe(3);
      const events = await db()
        .select({ kind: workspaceEvents.kind })
        .from(workspaceEvents)
        .where(eq(workspaceEvents.workspaceId, id))
        .orderBy(workspaceEvents.seq);
      expect(events.length).toBe(counts.ok);
      expect(events.at(-1)?.kind).toBe("workspace.deleted");
    }
  });
});

describe("restoring a workspace", () => {
  test("restores exactly its former contents", async ({ createFullWorkspace, contents, app }) => {
    const { id, owner, viewer, token } = await createFullWorkspace();
    const before = await contents(id);
    await owner.client.workspace.delete({ id });
    expect(await owner.client.workspace.restore({ id })).toMatchObject({
      id,
      role: "owner",
      deletedAt: null,
    });
    expect(await contents(id)).toEqual(before);
    expect((await viewer.client.workspace.get({ id })).role).toBe("viewer");
    const guest = await insertUser(app);
    expect((await guest.client.workspace.invitation.accept({ token })).role).toBe("editor");
  });

  test("is allowed for its owners only, and only while it is in the trash", async ({ app }) => {
    const [owner, admin, outsider] = [await insertUser(app), await insertUser(app), await insertUser(app)];
    const { id } = await insertWorkspace(app, { owner, admin });
    const restore = ({ client }: TestActor) => catchReason(client.workspace.restore({ id }));
    expect(await restore(owner)).toBe("NOT_FOUND");
    await owner.client.workspace.delete({ id });
    expect(await restore(admin)).toBe("ROLE_TOO_LOW");
    expect(await restore(outsider)).toBe("NOT_FOUND");
    expect(await restore(owner)).toBeNull();
  });

  test("succeeds once for concurrent requests", async ({ createFullWorkspace }) => {
    const { id, owner } = await createFullWorkspace();
    await owner.client.workspace.delete({ id });
    const counts = await countOutcomes(
      Array.from({ length: 10 }, () => owner.client.workspace.restore({ id })),
    );
    expect(counts).toEqual({ ok: 1, NOT_FOUND: 9 });
  });
});

describe("emptying the trash of workspaces", () => {
  test("deletes workspaces whose retention is over, with their contents, and no others", async ({
    app,
    retention,
    createFullWorkspace,
    contents,
  }) => {
    app.services.clock.advance(retention() + 1);
    await sweepWorkspaces(app.services); // workspaces from other tests
    const [old, recent, live] = [
      await createFullWorkspace(),
      await createFullWorkspace(),
      await createFullWorkspace(),
    ];
    await old.owner.client.workspace.delete({ id: old.id });
    app.services.clock.advance(retention() / 2);
    await recent.owner.client.workspace.delete({ id: recent.id });
    app.services.clock.advance(retention() / 2 + 1);
    const untouched = [await contents(recent.id), await contents(live.id)];

    expect(await sweepWorkspaces(app.services)).toBe(1);
    expect(await contents(old.id)).toEqual({
      workspace: [],
      members: [],
      invitations: [],
      files: [],
      folders: [],
      documents: [],
      versions: [],
    });
    expect([await contents(recent.id), await contents(live.id)]).toEqual(untouched);
    expect(await catchReason(old.owner.client.workspace.restore({ id: old.id }))).toBe("NOT_FOUND");
    expect(await sweepWorkspaces(app.services)).toBe(0);
  });

  test("races with a restore, and deletes everything or nothing", async ({
    createFullWorkspace,
    contents,
    app,
    retention,
  }) => {
    for (let repeat = 0; repeat < 10; repeat += 1) {
      const { id, owner } = await createFullWorkspace();
      const before = await contents(id);
      await owner.client.workspace.delete({ id });
      app.services.clock.advance(retention() + 1);
      const [restored] = await Promise.all([
        catchReason(owner.client.workspace.restore({ id })),
        sweepWorkspaces(app.services),
      ]);
      if (restored === null) expect(await contents(id)).toEqual(before);
      else expect([restored, (await contents(id)).documents]).toEqual(["NOT_FOUND", []]);
    }
  });
});
