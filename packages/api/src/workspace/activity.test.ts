import type { EventKind } from "@mdreader/contract";
import { documents, folders, createId, users, workspaceEvents, workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import { type TestActor, catchReason, createTeam } from "../testing/index.ts";
import { test as base } from "../testing/test.ts";

const activity = async ({ client }: TestActor, workspaceId: string) =>
  (await client.workspace.activity({ workspaceId })).items;

/** The subjects of the events as a reader sees them, oldest first. */
const subjects = async (reader: TestActor, workspaceId: string) =>
  (await activity(reader, workspaceId))
    .toReversed()
    .map(({ subjectId, subjectName }) => [subjectId, subjectName]);

const it = base
  .extend(
    "db",
    ({ app }) =>
      () =>
        app.services.database.db,
  )
  /** Writes events for subjects named after their kind, as changes of documents and folders do. */
  .extend(
    "write",
    ({ db }) =>
      async (workspaceId: string, events: { kind: EventKind; subjectId: string }[]): Promise<void> => {
        await db()
          .insert(workspaceEvents)
          .values(
            events.map((event, index) => ({
              workspaceId,
              seq: index + 1,
              subjectName: event.kind,
              ...event,
            })),
          );
        await db()
          .update(workspaces)
          .set({ lastEventSeq: events.length })
          .where(eq(workspaces.id, workspaceId));
      },
  );

describe("the activity of a workspace", () => {
  it("says what a renamed document or folder was called before, to those who may see it", async ({
    workspaceId,
    owner,
    viewer,
  }) => {
    const { id } = await owner.client.document.create({ workspaceId, title: "Plan" });
    const folder = await owner.client.document.folder.create({ workspaceId, name: "Guides" });
    await owner.client.document.update({ id, title: "Schedule" });
    await owner.client.document.update({ id, language: "german" });
    await owner.client.document.folder.rename({ id: folder.id, name: "Manuals" });
    const read = async () =>
      (await activity(viewer, workspaceId)).map(({ subjectName, previousName }) => [
        previousName,
        subjectName,
      ]);
    expect((await read()).slice(0, 3)).toEqual([
      ["Guides", "Manuals"],
      [null, "Schedule"],
      ["Plan", "Schedule"],
    ]);
    await owner.client.document.delete({ id });
    expect((await read()).slice(3)).not.toContainEqual(["Plan", null]);
    expect((await read())[3]).toEqual([null, null]);
  });

  it("is filtered by subject, and says where documents and folders were moved from", async ({
    workspaceId,
    owner,
    viewer,
  }) => {
    const { client } = owner;
    const guides = await client.document.folder.create({ workspaceId, name: "Guides" });
    const archive = await client.document.folder.create({ workspaceId, name: "Archive" });
    const { id } = await client.document.create({ workspaceId, title: "Plan" });
    await client.document.move({ id, folderId: guides.id });
    await client.document.move({ id, folderId: null });
    await client.document.folder.move({ id: guides.id, parentId: archive.id });
    const read = async (subjectId: string, filters: { kinds?: EventKind[]; actorId?: string } = {}) => {
      const { items } = await viewer.client.workspace.activity({ workspaceId, subjectId, ...filters });
      return items.map(({ kind, movedFrom }) => [kind, movedFrom]);
    };
    expect(await read(id)).toEqual([
      ["document.moved", { folderId: guides.id }],
      ["document.moved", { folderId: null }],
      ["document.created", null],
    ]);
    expect(await read(guides.id, { kinds: ["folder.moved"] })).toEqual([
      ["folder.moved", { folderId: null }],
    ]);
    expect(await read(id, { actorId: viewer.id })).toEqual([]);
    await client.document.delete({ id });
    expect(await read(id)).toEqual([]);
  });

  it("is filtered by person and kind, in pages that cover a limited number of events", async ({
    workspaceId,
    owner,
    editor,
    viewer,
    write,
  }) => {
    const events = Array.from({ length: 5100 }, (_, index) => ({
      kind: index === 3 ? ("folder.created" as const) : ("document.created" as const),
      subjectId: createId(),
    }));
    await write(workspaceId, events);
    await editor.client.document.create({ workspaceId, title: "By the editor" });
    await owner.client.document.create({ workspaceId, title: "By the owner" });
    const find = async (filter: { actorId?: string; kinds?: EventKind[]; limit?: number }) => {
      const pages: (string | null)[][] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await viewer.client.workspace.activity({ workspaceId, ...filter, cursor });
        pages.push(page.items.map(({ subjectName, seq }) => subjectName ?? String(seq)));
        cursor = page.nextCursor;
      }
      return pages;
    };
    expect(await find({ actorId: editor.id })).toEqual([["By the editor"], []]);
    expect(await find({ actorId: editor.id, kinds: ["folder.created"] })).toEqual([[], []]);
    expect(await find({ kinds: ["folder.created"] })).toEqual([[], ["4"]]);
    const found = await find({ kinds: ["document.created"], limit: 100 });
    expect(found.flat()).toHaveLength(5101);
    expect(await find({ actorId: createId() })).toEqual([[], []]);
  });

  it("contains the events, newest first, with their actors", async ({ workspaceId, owner, viewer }) => {
    await owner.client.workspace.update({ id: workspaceId, name: "Notes" });
    await owner.client.workspace.member.updateRole({ workspaceId, userId: viewer.id, role: "editor" });
    const actor = { id: owner.id, username: owner.username, fullName: null };
    expect(await activity(viewer, workspaceId)).toEqual([
      {
        seq: 2,
        kind: "member.roleChanged",
        actor,
        subjectId: viewer.id,
        subjectName: viewer.username,
        previousName: null,
        movedFrom: null,
        at: expect.any(String),
      },
      {
        seq: 1,
        kind: "workspace.updated",
        actor,
        subjectId: null,
        subjectName: "Notes",
        previousName: null,
        movedFrom: null,
        at: expect.any(String),
      },
    ]);
  });

  it("is paginated, with each event once", async ({ write, workspaceId, viewer }) => {
    const kind = "folder.created" as const;
    await write(
      workspaceId,
      Array.from({ length: 25 }, () => ({ kind, subjectId: createId() })),
    );
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof viewer.client.workspace.activity>> =
        await viewer.client.workspace.activity({ workspaceId, cursor, limit: 10 });
      seen.push(...page.items.map(({ seq }) => seq));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => 25 - index));
    expect(await catchReason(viewer.client.workspace.activity({ workspaceId, cursor: "made up" }))).toBe(
      "BAD_CURSOR",
    );
  });

  it("keeps the events of a deleted account, without the actor", async ({
    db,
    workspaceId,
    admin,
    viewer,
  }) => {
    await admin.client.workspace.update({ id: workspaceId, name: "Notes" });
    await db().delete(users).where(eq(users.id, admin.id));
    expect(await activity(viewer, workspaceId)).toMatchObject([{ kind: "workspace.updated", actor: null }]);
  });
});

describe("the subject of an event", () => {
  it("is hidden from viewers when it is in the trash or permanently deleted", async ({
    db,
    write,
    workspaceId,
    editor,
    viewer,
  }) => {
    const [live, trashed, purged] = [createId(), createId(), createId()];
    const [liveFolder, trashedFolder, purgedFolder] = [createId(), createId(), createId()];
    const deletedAt = new Date().toISOString();
    await db()
      .insert(documents)
      .values([
        { id: live, workspaceId, title: "Live" },
        { id: trashed, workspaceId, title: "Trashed", deletedAt },
      ]);
    await db()
      .insert(folders)
      .values([
        { id: liveFolder, workspaceId, name: "Live" },
        { id: trashedFolder, workspaceId, name: "Trashed", deletedAt },
      ]);
    await write(workspaceId, [
      { kind: "document.created", subjectId: live },
      { kind: "document.updated", subjectId: trashed },
      { kind: "document.purged", subjectId: purged },
      { kind: "folder.created", subjectId: liveFolder },
      { kind: "folder.renamed", subjectId: trashedFolder },
      { kind: "folder.deleted", subjectId: purgedFolder },
    ]);
    const nothing = [null, null];
    expect(await subjects(viewer, workspaceId)).toEqual([
      [live, "document.created"],
      nothing,
      nothing,
      [liveFolder, "folder.created"],
      nothing,
      nothing,
    ]);
    expect(await subjects(editor, workspaceId)).toEqual([
      [live, "document.created"],
      [trashed, "document.updated"],
      [purged, "document.purged"],
      [liveFolder, "folder.created"],
      [trashedFolder, "folder.renamed"],
      [purgedFolder, "folder.deleted"],
    ]);
  });

  it("is hidden when its id belongs to a document in another workspace", async ({ app, db, write }) => {
    const [here, elsewhere] = [await createTeam(app), await createTeam(app)];
    const id = createId();
    await db().insert(documents).values({ id, workspaceId: elsewhere.workspaceId, title: "Elsewhere" });
    await write(here.workspaceId, [{ kind: "document.created", subjectId: id }]);
    expect(await subjects(here.viewer, here.workspaceId)).toEqual([[null, null]]);
  });

  it("is visible for invitations only to members who may list them", async ({
    workspaceId,
    owner,
    admin,
    editor,
  }) => {
    const email = "guest@example.test";
    const { id } = await owner.client.workspace.invitation.create({ workspaceId, role: "viewer", email });
    await admin.client.workspace.invitation.revoke({ workspaceId, id });
    expect(await subjects(admin, workspaceId)).toEqual([
      [id, email],
      [id, email],
    ]);
    expect(await subjects(editor, workspaceId)).toEqual([
      [null, null],
      [null, null],
    ]);
  });
});
