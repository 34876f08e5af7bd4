import { type Role, roles } from "@mdreader/contract";
import { createId, workspaceEvents } from "@mdreader/db";
import { desc, eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import { subscribeAccessChanged } from "../../access/monitor/access-changes.ts";
import {
  insertMember,
  catchReason,
  createTeam,
  insertUser,
  type TestActor,
  type TestApp,
} from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";

/** Creates a team with a second owner and a second admin. */
async function createCast(app: TestApp) {
  const { outsider: _, ...team } = await createTeam(app);
  const [coOwner, coAdmin] = [await insertUser(app), await insertUser(app)];
  await insertMember(app, team.workspaceId, coOwner, "owner");
  await insertMember(app, team.workspaceId, coAdmin, "admin");
  return { ...team, coOwner, coAdmin };
}

type Cast = Awaited<ReturnType<typeof createCast>>;
type Name = Exclude<keyof Cast, "workspaceId">;

const giveRole = ({ workspaceId, ...people }: Cast, who: Name, whom: Name, role: Role) =>
  catchReason(people[who].client.workspace.member.updateRole({ workspaceId, userId: people[whom].id, role }));

const remove = ({ workspaceId, ...people }: Cast, who: Name, whom: Name) =>
  catchReason(people[who].client.workspace.member.remove({ workspaceId, userId: people[whom].id }));

const leave = ({ workspaceId, ...people }: Cast, who: Name) =>
  catchReason(people[who].client.workspace.leave({ id: workspaceId }));

const transfer = ({ workspaceId, ...people }: Cast, who: Name, whom: Name) =>
  catchReason(people[who].client.workspace.transferOwnership({ id: workspaceId, userId: people[whom].id }));

/** The roles of all remaining members, as the reader sees them. */
async function rolesIn({ workspaceId, ...people }: Cast, reader: Name = "owner") {
  const { items } = await people[reader].client.workspace.member.list({ workspaceId });
  const nameOf = (id: string) => Object.entries(people).find(([, actor]) => actor.id === id)?.[0] ?? id;
  return Object.fromEntries(items.map(({ user, role }) => [nameOf(user.id), role]));
}

const everyone = {
  owner: "owner",
  coOwner: "owner",
  admin: "admin",
  coAdmin: "admin",
  editor: "editor",
  commenter: "commenter",
  viewer: "viewer",
};

const it = base
  .extend("cast", ({ app }) => createCast(app))
  /** Returns the newest event of a workspace. */
  .extend("lastEvent", ({ app }) => async (workspaceId: string) => {
    const [event] = await app.services.database.db
      .select()
      .from(workspaceEvents)
      .where(eq(workspaceEvents.workspaceId, workspaceId))
      .orderBy(desc(workspaceEvents.seq))
      .limit(1);
    return event ?? null;
  })
  /** Whether a user's open connections are notified to check their access again while `work` runs. */
  .extend(
    "isNotified",
    ({ app }) =>
      async ({ id: userId }: TestActor, workspaceId: string, work: () => Promise<unknown>) => {
        let notified = false;
        const stop = subscribeAccessChanged(
          app.services.bus,
          { userId, workspaceId },
          () => (notified = true),
        );
        await work();
        stop();
        return notified;
      },
  );

describe("the members of a workspace", () => {
  it("are visible to every member, page by page", async ({ cast }) => {
    const { workspaceId, viewer, owner } = cast;
    const first = await viewer.client.workspace.member.list({ workspaceId, limit: 4 });
    const rest = await viewer.client.workspace.member.list({ workspaceId, cursor: first.nextCursor });
    expect([first.items.length, rest.items.length, rest.nextCursor]).toEqual([4, 3, null]);
    const ownMember = [...first.items, ...rest.items].find(({ user }) => user.id === owner.id);
    expect(ownMember).toEqual({
      user: { id: owner.id, username: owner.username, fullName: null },
      email: owner.email,
      role: "owner",
      secondFactor: null,
      joinedAt: expect.any(String),
    });
  });
});

describe("an owner", () => {
  it("may give any member any role", async ({ cast }) => {
    for (const role of roles) {
      for (const whom of ["coOwner", "admin", "editor", "viewer"] as const) {
        expect(await giveRole(cast, "owner", whom, role)).toBeNull();
      }
    }
    const all = { coOwner: "owner", admin: "owner", editor: "owner", viewer: "owner" };
    expect(await rolesIn(cast)).toEqual({ ...everyone, ...all });
  });

  it("may remove any member", async ({ cast }) => {
    for (const whom of ["coOwner", "admin", "coAdmin", "editor", "commenter", "viewer"] as const) {
      expect(await remove(cast, "owner", whom)).toBeNull();
    }
    expect(await rolesIn(cast)).toEqual({ owner: "owner" });
  });

  it("may step down or leave only while there is another owner", async ({ cast }) => {
    expect(await giveRole(cast, "coOwner", "coOwner", "viewer")).toBeNull();
    for (const role of ["viewer", "editor", "admin"] as const) {
      expect(await giveRole(cast, "owner", "owner", role)).toBe("LAST_OWNER");
    }
    expect(await leave(cast, "owner")).toBe("LAST_OWNER");
    expect(await remove(cast, "owner", "owner")).toBe("LAST_OWNER");
    expect(await rolesIn(cast)).toEqual({ ...everyone, coOwner: "viewer" });

    expect(await giveRole(cast, "owner", "admin", "owner")).toBeNull();
    expect(await leave(cast, "owner")).toBeNull();
    expect(await rolesIn(cast, "admin")).toMatchObject({ admin: "owner" });
  });

  it("transfers ownership to another member and becomes an admin", async ({ cast, lastEvent }) => {
    await leave(cast, "coOwner");
    expect(await transfer(cast, "owner", "viewer")).toBeNull();
    expect(await rolesIn(cast)).toMatchObject({ owner: "admin", viewer: "owner" });
    expect(await lastEvent(cast.workspaceId)).toMatchObject({
      kind: "workspace.transferred",
      actorId: cast.owner.id,
      subjectId: cast.viewer.id,
      subjectName: cast.viewer.username,
    });
  });

  it("can't transfer ownership to themselves or to a non-member", async ({ cast, app, lastEvent }) => {
    const { workspaceId, owner } = cast;
    const outsider = await insertUser(app);
    expect(await transfer(cast, "owner", "owner")).toBe("BAD_INPUT");
    for (const userId of [outsider.id, createId()]) {
      expect(await catchReason(owner.client.workspace.transferOwnership({ id: workspaceId, userId }))).toBe(
        "NOT_FOUND",
      );
    }
    expect(await rolesIn(cast)).toEqual(everyone);
    expect(await lastEvent(workspaceId)).toBeNull();
  });
});

describe("an admin", () => {
  it("gives editors, commenters and viewers roles below their own", async ({ cast }) => {
    expect(await giveRole(cast, "admin", "viewer", "editor")).toBeNull();
    expect(await giveRole(cast, "admin", "commenter", "viewer")).toBeNull();
    expect(await giveRole(cast, "admin", "editor", "commenter")).toBeNull();
    expect(await remove(cast, "admin", "editor")).toBeNull();
    expect(await rolesIn(cast)).toEqual({
      owner: "owner",
      coOwner: "owner",
      admin: "admin",
      coAdmin: "admin",
      commenter: "viewer",
      viewer: "editor",
    });
  });

  it("makes nobody admin or owner, including themselves", async ({ cast, lastEvent }) => {
    for (const whom of ["viewer", "commenter", "editor", "coAdmin"] as const) {
      expect(await giveRole(cast, "admin", whom, "admin")).toBe("ROLE_TOO_LOW");
      expect(await giveRole(cast, "admin", whom, "owner")).toBe("ROLE_TOO_LOW");
    }
    expect(await giveRole(cast, "admin", "admin", "owner")).toBe("ROLE_TOO_LOW");
    expect(await transfer(cast, "admin", "admin")).toBe("ROLE_TOO_LOW");
    expect(await rolesIn(cast)).toEqual(everyone);
    expect(await lastEvent(cast.workspaceId)).toBeNull();
  });

  it("can't change owners or other admins", async ({ cast }) => {
    for (const whom of ["owner", "coAdmin"] as const) {
      for (const role of roles) expect(await giveRole(cast, "admin", whom, role)).toBe("ROLE_TOO_LOW");
      expect(await remove(cast, "admin", whom)).toBe("ROLE_TOO_LOW");
    }
    expect(await rolesIn(cast)).toEqual(everyone);
  });

  it("may lower their own role, and loses the admin's rights", async ({ cast }) => {
    expect(await giveRole(cast, "admin", "admin", "editor")).toBeNull();
    expect(await giveRole(cast, "admin", "viewer", "editor")).toBe("ROLE_TOO_LOW");
    expect(await rolesIn(cast)).toEqual({ ...everyone, admin: "editor" });
  });

  it("leaves by removing themselves", async ({ cast, lastEvent }) => {
    expect(await remove(cast, "admin", "admin")).toBeNull();
    expect(await lastEvent(cast.workspaceId)).toMatchObject({
      kind: "member.left",
      subjectId: cast.admin.id,
    });
  });
});

describe("a non-member", () => {
  it("has no role to change, whether or not the account exists", async ({ app, cast, lastEvent }) => {
    const { workspaceId, owner } = cast;
    const elsewhere = await createCast(app);
    for (const userId of [elsewhere.viewer.id, createId()]) {
      const { updateRole, remove: removes } = owner.client.workspace.member;
      expect(await catchReason(updateRole({ workspaceId, userId, role: "editor" }))).toBe("NOT_FOUND");
      expect(await catchReason(removes({ workspaceId, userId }))).toBe("NOT_FOUND");
    }
    expect(await rolesIn(elsewhere)).toEqual(everyone);
    expect(await lastEvent(workspaceId)).toBeNull();
  });

  it("is rejected at the next call after the removal", async ({ cast }) => {
    const { workspaceId, viewer } = cast;
    await remove(cast, "owner", "viewer");
    expect(await catchReason(viewer.client.workspace.get({ id: workspaceId }))).toBe("NOT_FOUND");
    expect(await leave(cast, "viewer")).toBe("NOT_FOUND");
    expect((await viewer.client.workspace.list()).items).toEqual([]);
  });
});

describe("a change of members", () => {
  it("is recorded with its actor, the affected member and the new role", async ({ cast, lastEvent }) => {
    const { workspaceId, owner, viewer, editor, coAdmin } = cast;
    await giveRole(cast, "owner", "viewer", "editor");
    expect(await lastEvent(workspaceId)).toMatchObject({
      seq: 1,
      kind: "member.roleChanged",
      actorId: owner.id,
      subjectId: viewer.id,
      subjectName: viewer.username,
      data: { from: "viewer", to: "editor" },
    });
    await remove(cast, "owner", "editor");
    expect(await lastEvent(workspaceId)).toMatchObject({
      seq: 2,
      kind: "member.removed",
      actorId: owner.id,
      subjectId: editor.id,
    });
    await leave(cast, "coAdmin");
    expect(await lastEvent(workspaceId)).toMatchObject({ seq: 3, kind: "member.left", actorId: coAdmin.id });
  });

  it("is not recorded when the role stays the same", async ({ cast, lastEvent }) => {
    expect(await giveRole(cast, "owner", "editor", "editor")).toBeNull();
    expect(await giveRole(cast, "owner", "owner", "owner")).toBeNull();
    expect(await lastEvent(cast.workspaceId)).toBeNull();
  });

  it("notifies the affected users only", async ({ cast, isNotified }) => {
    const { workspaceId, owner, viewer, editor } = cast;
    const demotes = () => giveRole(cast, "owner", "editor", "viewer");
    expect(await isNotified(viewer, workspaceId, demotes)).toBe(false);
    expect(await isNotified(editor, workspaceId, demotes)).toBe(true);
    expect(await isNotified(editor, workspaceId, () => remove(cast, "owner", "editor"))).toBe(true);
    expect(await isNotified(viewer, workspaceId, () => leave(cast, "viewer"))).toBe(true);
    expect(await isNotified(owner, workspaceId, () => transfer(cast, "owner", "admin"))).toBe(true);
  });

  it("revokes the invitations that the member could no longer create", async ({ cast }) => {
    const { workspaceId, coOwner, owner } = cast;
    const invite = (role: Role) => coOwner.client.workspace.invitation.create({ workspaceId, role });
    const pending = async () =>
      (await owner.client.workspace.invitation.list({ workspaceId })).items.map(({ role }) => role);
    for (const role of ["viewer", "admin", "owner"] as const) await invite(role);

    await giveRole(cast, "owner", "coOwner", "admin");
    expect(await pending()).toEqual(["viewer"]);
    await giveRole(cast, "owner", "coOwner", "owner");
    expect(await pending()).toEqual(["viewer"]);
    await remove(cast, "owner", "coOwner");
    expect(await pending()).toEqual([]);
  });
});
