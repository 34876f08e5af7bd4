import { workspaceEvents, workspaceMembers } from "@mdreader/db";
import { and, asc, eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import {
  type TestActor,
  insertUser,
  insertWorkspace,
  createAccount,
  catchReason,
  validPassword,
  countOutcomes,
} from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";

const repeats = 20;

/** The expected outcomes of losing a race. Deadlocks are not among them. */
const refusals = ({
  ok,
  LAST_OWNER,
  ROLE_TOO_LOW,
  NOT_FOUND,
}: Awaited<ReturnType<typeof countOutcomes>>) => ({
  ok,
  LAST_OWNER,
  ROLE_TOO_LOW,
  NOT_FOUND,
});

const demote = ({ client }: TestActor, workspaceId: string, { id: userId }: TestActor) =>
  client.workspace.member.updateRole({ workspaceId, userId, role: "viewer" });
const leave = ({ client }: TestActor, id: string) => client.workspace.leave({ id });

const test = base
  .extend("one", ({ app }) => insertUser(app))
  .extend("two", ({ app }) => insertUser(app))
  .extend("three", ({ app }) => insertUser(app))
  .extend("owners", ({ app }) => async (workspaceId: string): Promise<string[]> => {
    const rows = await app.services.database.db
      .select({ userId: workspaceMembers.userId })
      .from(workspaceMembers)
      .where(and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.role, "owner")));
    return rows.map(({ userId }) => userId);
  })
  .extend("sequence", ({ app }) => async (workspaceId: string): Promise<number[]> => {
    const rows = await app.services.database.db
      .select({ seq: workspaceEvents.seq })
      .from(workspaceEvents)
      .where(eq(workspaceEvents.workspaceId, workspaceId))
      .orderBy(asc(workspaceEvents.seq));
    return rows.map(({ seq }) => seq);
  })
  /** Runs a race in fresh workspaces, in which `one` and `two` are owners and `three` is an admin. */
  .extend(
    "race",
    ({ app, one, two, three, owners, sequence }) =>
      async (contest: (workspaceId: string) => Promise<unknown>[]) => {
        const all: Awaited<ReturnType<typeof countOutcomes>>[] = [];
        for (let repeat = 0; repeat < repeats; repeat += 1) {
          const { id } = await insertWorkspace(app, { owner: [one, two], admin: three });
          all.push(await countOutcomes(contest(id)));
          expect(await owners(id)).not.toEqual([]);
          expect(await sequence(id)).toEqual((await sequence(id)).map((_, index) => index + 1));
        }
        return all;
      },
  );

describe("the last owner", () => {
  test("remains when two owners demote each other", async ({ race, one, two }) => {
    const all = await race((id) => [demote(one, id, two), demote(two, id, one)]);
    expect(all).toEqual(Array.from({ length: repeats }, () => ({ ok: 1, ROLE_TOO_LOW: 1 })));
  });

  test("remains when two owners remove each other", async ({ race, one, two }) => {
    const remove = ({ client }: TestActor, workspaceId: string, { id: userId }: TestActor) =>
      client.workspace.member.remove({ workspaceId, userId });
    const all = await race((id) => [remove(one, id, two), remove(two, id, one)]);
    expect(all).toEqual(Array.from({ length: repeats }, () => ({ ok: 1, NOT_FOUND: 1 })));
  });

  test("remains when the last two owners leave", async ({ race, one, two }) => {
    const all = await race((id) => [leave(one, id), leave(two, id)]);
    expect(all).toEqual(Array.from({ length: repeats }, () => ({ ok: 1, LAST_OWNER: 1 })));
  });

  test("remains when an owner leaves while owners are being demoted", async ({ race, one, two }) => {
    const all = await race((id) => [demote(one, id, two), leave(one, id), demote(two, id, two)]);
    for (const counts of all) expect(counts).toEqual(refusals(counts));
  });

  test("remains when ownership is transferred while owners leave", async ({ race, one, three, two }) => {
    const all = await race((id) => [
      one.client.workspace.transferOwnership({ id, userId: three.id }),
      leave(one, id),
      leave(two, id),
    ]);
    for (const counts of all) expect(counts).toEqual(refusals(counts));
  });

  test("remains when one owner deletes their account while the other leaves", async ({
    app,
    two,
    three,
    owners,
  }) => {
    for (let repeat = 0; repeat < 5; repeat += 1) {
      const account = await createAccount(app);
      const { id } = await insertWorkspace(app, { owner: [account.user, two], viewer: three });
      const counts = await countOutcomes([
        account.client.auth.deleteAccount({ password: validPassword }),
        leave(two, id),
      ]);
      expect(counts.ok).toBe(1);
      expect((counts.LAST_OWNER ?? 0) + (counts.SOLE_OWNER_OF_WORKSPACES ?? 0)).toBe(1);
      expect((await owners(id)).length).toBe(1);
    }
  });
});

describe("losing a role", () => {
  test("waits for a write in progress, or rejects a later one", async ({ race, one, three }) => {
    const all = await race((id) => [
      demote(one, id, three),
      ...Array.from({ length: 5 }, (_, number) =>
        three.client.workspace.update({ id, name: `Name ${number}` }),
      ),
    ]);
    for (const counts of all) expect((counts.ok ?? 0) + (counts.ROLE_TOO_LOW ?? 0)).toBe(6);
  });

  test("is not followed by any write", async ({ app, one, three }) => {
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const { id } = await insertWorkspace(app, { owner: one, admin: three });
      await Promise.all([
        demote(one, id, three),
        ...Array.from({ length: 5 }, (_, number) =>
          catchReason(three.client.workspace.update({ id, name: `Name ${number}` })),
        ),
      ]);
      const events = await app.services.database.db
        .select({ kind: workspaceEvents.kind, actorId: workspaceEvents.actorId })
        .from(workspaceEvents)
        .where(eq(workspaceEvents.workspaceId, id))
        .orderBy(asc(workspaceEvents.seq));
      const demotion = events.findIndex(({ kind }) => kind === "member.roleChanged");
      expect(events.slice(demotion + 1)).toEqual([]);
    }
  });

  test("does not deadlock when a user writes while deleting their account", async ({ app, one }) => {
    for (let repeat = 0; repeat < 5; repeat += 1) {
      const account = await createAccount(app);
      const { id } = await insertWorkspace(app, { owner: [account.user, one] });
      const counts = await countOutcomes([
        account.client.auth.deleteAccount({ password: validPassword }),
        ...Array.from({ length: 8 }, (_, number) =>
          account.client.workspace.update({ id, name: `Name ${number}` }),
        ),
      ]);
      expect(
        Object.keys(counts).filter((key) => !["ok", "SESSION_ENDED", "NOT_FOUND"].includes(key)),
      ).toEqual([]);
    }
  });
});
