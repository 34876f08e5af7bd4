import { createHash } from "node:crypto";

import { type Role, roles } from "@mdreader/contract";
import { createId, workspaceEvents, workspaceInvitations } from "@mdreader/db";
import { asc, eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import { AppError } from "../../errors.ts";
import { type TestActor, insertUser, createTeam, catchReason, countOutcomes } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { maxPendingInvitations } from "./create.ts";

const day = 86_400;

const invite = (
  { client }: TestActor,
  workspaceId: string,
  fields: { role?: Role; email?: string; maxUses?: number; expiresInDays?: number } = {},
) => client.workspace.invitation.create({ workspaceId, role: "viewer", ...fields });

const accept = ({ client }: TestActor, { token }: { token: string }) =>
  client.workspace.invitation.accept({ token });

const pending = async ({ client }: TestActor, workspaceId: string) =>
  (await client.workspace.invitation.list({ workspaceId })).items;

const it = base
  .extend(
    "db",
    ({ app }) =>
      () =>
        app.services.database.db,
  )
  .extend(
    "mailsTo",
    ({ app }) =>
      (address: string) =>
        app.services.mailer.mails.filter(({ to }) => to === address),
  );

describe("an invitation by link", () => {
  it("admits anyone who has it, with its role, up to its number of uses", async ({
    app,
    workspaceId,
    owner,
  }) => {
    const invitation = await invite(owner, workspaceId, { role: "editor", maxUses: 2 });
    const guests = [await insertUser(app), await insertUser(app), await insertUser(app)] as const;
    expect(await accept(guests[0], invitation)).toMatchObject({ id: workspaceId, role: "editor" });
    expect((await pending(owner, workspaceId)).map(({ usesLeft }) => usesLeft)).toEqual([1]);
    expect(await accept(guests[1], invitation)).toMatchObject({ role: "editor" });
    expect(await catchReason(accept(guests[2], invitation))).toBe("INVITATION_INVALID");
    expect(await catchReason(guests[2].client.workspace.get({ id: workspaceId }))).toBe("NOT_FOUND");
    expect(await pending(owner, workspaceId)).toEqual([]);
  });

  it("contains the token in the fragment only", async ({ workspaceId, owner }) => {
    const { token, url } = await invite(owner, workspaceId);
    expect(Buffer.from(token, "base64url").length).toBe(32);
    const { pathname, search, hash } = new URL(url);
    expect([pathname, search, hash]).toEqual(["/invitation", "", `#token=${token}`]);
  });

  it("is stored as a hash, and its token is returned once", async ({ db, workspaceId, owner }) => {
    const { token, id } = await invite(owner, workspaceId);
    const [row] = await db().select().from(workspaceInvitations).where(eq(workspaceInvitations.id, id));
    expect(Buffer.from(row?.tokenHash ?? [])).toEqual(createHash("sha256").update(token).digest());
    expect(JSON.stringify(await pending(owner, workspaceId))).not.toContain(token);
  });

  it("is not consumed by an existing member", async ({ app, workspaceId, owner, viewer }) => {
    const invitation = await invite(owner, workspaceId, { role: "admin" });
    expect(await catchReason(accept(viewer, invitation))).toBe("ALREADY_MEMBER");
    expect((await viewer.client.workspace.get({ id: workspaceId })).role).toBe("viewer");
    expect((await accept(await insertUser(app), invitation)).role).toBe("admin");
  });

  it("expires", async ({ app, workspaceId, owner }) => {
    const invitation = await invite(owner, workspaceId, { expiresInDays: 3 });
    app.services.clock.advance(3 * day - 60);
    expect((await pending(owner, workspaceId)).length).toBe(1);
    app.services.clock.advance(120);
    expect(await catchReason(accept(await insertUser(app), invitation))).toBe("INVITATION_INVALID");
    expect(await catchReason(app.as().workspace.invitation.preview(invitation))).toBe("BAD_INPUT");
    const { token } = invitation;
    expect(await catchReason(app.as().workspace.invitation.preview({ token }))).toBe("INVITATION_INVALID");
    expect(await pending(owner, workspaceId)).toEqual([]);
  });

  it.for(["", "made up", "a".repeat(43), "a".repeat(5000), "\0", "\ud800"])(
    "rejects %j",
    async (token, { app }) => {
      const { client } = await insertUser(app);
      const reason = await catchReason(client.workspace.invitation.accept({ token }));
      expect(["INVITATION_INVALID", "BAD_INPUT"]).toContain(reason);
    },
  );
});

describe("an invitation by email", () => {
  it("is sent with the same link that the inviter receives", async ({ mailsTo, workspaceId, owner }) => {
    await owner.client.auth.updateProfile({ fullName: "Olga Owner" });
    const { url, email, expiresAt } = await invite(owner, workspaceId, { email: "Guest@Example.test" });
    expect(email).toBe("guest@example.test");
    const { name } = await owner.client.workspace.get({ id: workspaceId });
    expect(mailsTo("guest@example.test")).toEqual([
      {
        kind: "invitation",
        to: "guest@example.test",
        workspaceName: name,
        invitedBy: "Olga Owner",
        url,
        expiresAt,
      },
    ]);
  });

  it("admits only the account with that address, regardless of case", async ({ app, workspaceId, owner }) => {
    const guest = await insertUser(app, { email: `${createId()}@Guests.test` });
    const invitation = await invite(owner, workspaceId, { email: guest.email.toUpperCase() });
    const other = await insertUser(app);
    expect(await catchReason(accept(other, invitation))).toBe("INVITATION_FOR_OTHER");
    expect(await catchReason(other.client.workspace.get({ id: workspaceId }))).toBe("NOT_FOUND");
    expect((await accept(guest, invitation)).role).toBe("viewer");
    expect(await catchReason(accept(guest, invitation))).toBe("INVITATION_INVALID");
  });

  it("verifies no address, because the inviter has the token too", async ({ app, workspaceId, owner }) => {
    const guest = await insertUser(app);
    await accept(guest, await invite(owner, workspaceId, { email: guest.email }));
    expect((await guest.client.auth.me()).emailVerified).toBe(false);
  });

  it("admits nobody by the address alone", async ({ app, workspaceId, owner }) => {
    const impostor = await insertUser(app, { email: `${createId()}@victims.test` });
    await invite(owner, workspaceId, { email: impostor.email });
    expect((await impostor.client.workspace.list()).items).toEqual([]);
    expect(await catchReason(accept(impostor, { token: impostor.email }))).toBe("INVITATION_INVALID");
  });

  it("can be used once", async ({ workspaceId, owner }) => {
    expect(await catchReason(invite(owner, workspaceId, { email: "a@example.test", maxUses: 2 }))).toBe(
      "BAD_INPUT",
    );
  });

  it("is not sent to a member", async ({ mailsTo, workspaceId, owner, viewer }) => {
    const email = viewer.email.toUpperCase();
    expect(await catchReason(invite(owner, workspaceId, { email }))).toBe("ALREADY_MEMBER");
    expect(mailsTo(viewer.email)).toEqual([]);
  });

  it("replaces the previous invitation to the address", async ({ app, workspaceId, owner }) => {
    const guest = await insertUser(app);
    const first = await invite(owner, workspaceId, { email: guest.email });
    const second = await invite(owner, workspaceId, { email: guest.email, role: "editor" });
    expect((await pending(owner, workspaceId)).map(({ id }) => id)).toEqual([second.id]);
    expect(await catchReason(accept(guest, first))).toBe("INVITATION_INVALID");
    expect((await accept(guest, second)).role).toBe("editor");
  });

  it("can't be replaced by an admin who could not have created it", async ({
    app,
    workspaceId,
    owner,
    admin,
  }) => {
    const guest = await insertUser(app);
    const invitation = await invite(owner, workspaceId, { email: guest.email, role: "admin" });
    expect(await catchReason(invite(admin, workspaceId, { email: guest.email }))).toBe("ROLE_TOO_LOW");
    expect((await accept(guest, invitation)).role).toBe("admin");
  });

  it("is not created when the email can't be sent", async ({ app, workspaceId, owner }) => {
    const { mailer } = app.services;
    app.services.mailer = {
      mails: mailer.mails,
      enqueue: async () => {
        throw new AppError("UNAVAILABLE");
      },
    };
    expect(await catchReason(invite(owner, workspaceId, { email: "guest@example.test" }))).toBe(
      "UNAVAILABLE",
    );
    app.services.mailer = mailer;
    expect(await pending(owner, workspaceId)).toEqual([]);
  });

  it("is not sent when it is rejected", async ({ mailsTo, workspaceId, admin }) => {
    const email = `${createId()}@example.test`;
    expect(await catchReason(invite(admin, workspaceId, { email, role: "owner" }))).toBe("ROLE_TOO_LOW");
    expect(mailsTo(email)).toEqual([]);
  });

  it.for([
    ["two addresses", "a@example.test, b@example.test"],
    ["another header", "a@example.test\r\nbcc: b@example.test"],
    ["no address", "guest"],
  ])("is not sent to %s", async ([, email], { workspaceId, owner }) => {
    expect(await catchReason(invite(owner, workspaceId, { email }))).toBe("BAD_INPUT");
  });
});

describe("creating invitations", () => {
  it("allows owners to grant any role, and admins roles below their own", async ({
    workspaceId,
    owner,
    admin,
    viewer,
  }) => {
    const attempts = async (who: TestActor) =>
      Promise.all(
        (["viewer", "editor", "admin", "owner"] as const).map((role) =>
          catchReason(invite(who, workspaceId, { role })),
        ),
      );
    expect(await attempts(owner)).toEqual([null, null, null, null]);
    expect(await attempts(admin)).toEqual([null, null, "ROLE_TOO_LOW", "ROLE_TOO_LOW"]);
    expect(new Set(await attempts(viewer))).toEqual(new Set(["ROLE_TOO_LOW"]));
  });

  it("makes them visible to admins and owners, with their inviter", async ({
    workspaceId,
    owner,
    admin,
    viewer,
  }) => {
    await invite(owner, workspaceId, { role: "admin", email: "guest@example.test" });
    const expected = {
      role: "admin",
      email: "guest@example.test",
      invitedBy: { id: owner.id, username: owner.username, fullName: null },
      usesLeft: 1,
    };
    expect(await pending(admin, workspaceId)).toMatchObject([expected]);
    expect(await catchReason(pending(viewer, workspaceId))).toBe("ROLE_TOO_LOW");
  });

  it("is limited by the number of pending invitations, which excludes ended ones", async ({
    app,
    db,
    workspaceId,
    owner,
  }) => {
    const expiresAt = new Date(app.services.clock.now().getTime() + day * 1000).toISOString();
    const row = () => ({
      workspaceId,
      role: "viewer" as const,
      invitedBy: owner.id,
      tokenHash: createHash("sha256").update(createId()).digest(),
      expiresAt,
    });
    await db()
      .insert(workspaceInvitations)
      .values([
        ...Array.from({ length: maxPendingInvitations - 1 }, row),
        ...Array.from({ length: 5 }, () => ({ ...row(), uses: 1 })),
        { ...row(), revokedAt: expiresAt },
      ]);
    const counts = await countOutcomes(Array.from({ length: 4 }, () => invite(owner, workspaceId)));
    expect(counts).toEqual({ ok: 1, LIMIT_REACHED: 3 });
  });
});

describe("revoking an invitation", () => {
  it("invalidates it", async ({ app, workspaceId, owner, admin }) => {
    const { id, token } = await invite(owner, workspaceId);
    const revoke = () => admin.client.workspace.invitation.revoke({ workspaceId, id });
    expect(await revoke()).toEqual({ ok: true });
    expect(await catchReason(accept(await insertUser(app), { token }))).toBe("INVITATION_INVALID");
    expect(await pending(owner, workspaceId)).toEqual([]);
    expect(await catchReason(revoke())).toBe("NOT_FOUND");
  });

  it("is rejected for members who could not have created it", async ({ app, workspaceId, owner, admin }) => {
    const { id, token } = await invite(owner, workspaceId, { role: "admin" });
    expect(await catchReason(admin.client.workspace.invitation.revoke({ workspaceId, id }))).toBe(
      "ROLE_TOO_LOW",
    );
    expect((await accept(await insertUser(app), { token })).role).toBe("admin");
  });

  it("fails for an invitation to another workspace", async ({ app }) => {
    const [mine, theirs] = [await createTeam(app), await createTeam(app)];
    const { id, token } = await invite(theirs.owner, theirs.workspaceId);
    const { workspaceId } = mine;
    const revoke = (which: string) =>
      catchReason(mine.owner.client.workspace.invitation.revoke({ workspaceId, id: which }));
    expect(await revoke(id)).toBe("NOT_FOUND");
    expect(await revoke(createId())).toBe("NOT_FOUND");
    expect((await accept(await insertUser(app), { token })).id).toBe(theirs.workspaceId);
  });
});

describe("the preview of an invitation", () => {
  it("shows the holder of the token what it is for, without an address", async ({
    app,
    workspaceId,
    owner,
  }) => {
    await owner.client.auth.updateProfile({ fullName: "Olga Owner" });
    const { token, expiresAt } = await invite(owner, workspaceId, { email: "guest@example.test" });
    const { name } = await owner.client.workspace.get({ id: workspaceId });
    expect(await app.as().workspace.invitation.preview({ token })).toEqual({
      workspaceName: name,
      role: "viewer",
      invitedBy: "Olga Owner",
      forEmail: true,
      expiresAt,
    });
  });
});

describe("concurrent requests", () => {
  it.for([1, 7])(
    "use an invitation with a limit of %i at most that often",
    async (maxUses, { app, workspaceId, owner }) => {
      const invitation = await invite(owner, workspaceId, { maxUses });
      const guests = await Promise.all(Array.from({ length: 20 }, () => insertUser(app)));
      const counts = await countOutcomes(guests.map((guest) => accept(guest, invitation)));
      expect(counts).toEqual({ ok: maxUses, INVITATION_INVALID: 20 - maxUses });
      const { items } = await owner.client.workspace.member.list({ workspaceId });
      expect(items.length).toBe(roles.length + maxUses);
    },
  );

  it("use an invitation once for the same user", async ({ app, workspaceId, owner }) => {
    const invitation = await invite(owner, workspaceId, { maxUses: 5 });
    const guest = await insertUser(app);
    const counts = await countOutcomes(Array.from({ length: 10 }, () => accept(guest, invitation)));
    expect(counts).toEqual({ ok: 1, ALREADY_MEMBER: 9 });
    expect((await pending(owner, workspaceId)).map(({ usesLeft }) => usesLeft)).toEqual([4]);
  });

  it("accept an invitation only before its inviter is removed", async ({ app, db }) => {
    for (let repeat = 0; repeat < 20; repeat += 1) {
      const { workspaceId, owner, admin } = await createTeam(app);
      const invitation = await invite(admin, workspaceId, { role: "editor", maxUses: 5 });
      const guests = await Promise.all(Array.from({ length: 3 }, () => insertUser(app)));
      const [, ...answers] = await Promise.all([
        owner.client.workspace.member.remove({ workspaceId, userId: admin.id }),
        ...guests.map((guest) => catchReason(accept(guest, invitation))),
      ]);
      const events = await db()
        .select({ kind: workspaceEvents.kind })
        .from(workspaceEvents)
        .where(eq(workspaceEvents.workspaceId, workspaceId))
        .orderBy(asc(workspaceEvents.seq));
      const kinds = events.map(({ kind }) => kind);
      expect(kinds.lastIndexOf("member.joined")).toBeLessThan(kinds.indexOf("member.removed"));
      expect(kinds.filter((kind) => kind === "member.joined").length).toBe(
        answers.filter((answer) => answer === null).length,
      );
    }
  });
});
