import { workspaceEvents, workspaceMembers } from "@mdreader/db";
import { and, asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  type TestActor,
  insertUser,
  insertWorkspace,
  createAccount,
  createTestApp,
  catchReason,
  validPassword,
  countOutcomes,
  type TestApp,
} from "../../testing/index.ts";

let app: TestApp;
let one: TestActor;
let two: TestActor;
let three: TestActor;
beforeAll(async () => {
  app = await createTestApp();
  [one, two, three] = [await insertUser(app), await insertUser(app), await insertUser(app)];
});
afterAll(() => app[Symbol.asyncDispose]());

const repeats = 20;

/** Runs a race in fresh workspaces, in which `one` and `two` are owners and `three` is an admin. */
async function race(contest: (workspaceId: string) => Promise<unknown>[]) {
  const all: Awaited<ReturnType<typeof countOutcomes>>[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const { id } = await insertWorkspace(app, { owner: [one, two], admin: three });
    all.push(await countOutcomes(contest(id)));
    expect(await owners(id)).not.toEqual([]);
    expect(await sequence(id)).toEqual((await sequence(id)).map((_, index) => index + 1));
  }
  return all;
}

async function owners(workspaceId: string): Promise<string[]> {
  const rows = await app.services.database.db
    .select({ userId: workspaceMembers.userId })
    .from(workspaceMembers)
    .where(and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.role, "owner")));
  return rows.map(({ userId }) => userId);
}

async function sequence(workspaceId: string): Promise<number[]> {
  const rows = await app.services.database.db
    .select({ seq: workspaceEvents.seq })
    .from(workspaceEvents)
    .where(eq(workspaceEvents.workspaceId, workspaceId))
    .orderBy(asc(workspaceEvents.seq));
  return rows.map(({ seq }) => seq);
}

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

describe("the last owner", () => {
  it("remains when two owners demote each other", async () => {
    const all = await race((id) => [demote(one, id, two), demote(two, id, one)]);
    expect(all).toEqual(Array.from({ length: repeats }, () => ({ ok: 1, ROLE_TOO_LOW: 1 })));
  });

  it("remains when two owners remove each other", async () => {
    const remove = ({ client }: TestActor, workspaceId: string, { id: userId }: TestActor) =>
      client.workspace.member.remove({ workspaceId, userId });
    const all = await race((id) => [remove(one, id, two), remove(two, id, one)]);
    expect(all).toEqual(Array.from({ length: repeats }, () => ({ ok: 1, NOT_FOUND: 1 })));
  });

  it("remains when the last two owners leave", async () => {
    const all = await race((id) => [leave(one, id), leave(two, id)]);
    expect(all).toEqual(Array.from({ length: repeats }, () => ({ ok: 1, LAST_OWNER: 1 })));
  });

  it("remains when an owner leaves while owners are being demoted", async () => {
    const all = await race((id) => [demote(one, id, two), leave(one, id), demote(two, id, two)]);
    for (const counts of all) expect(counts).toEqual(refusals(counts));
  });

  it("remains when ownership is transferred while owners leave", async () => {
    const all = await race((id) => [
      one.client.workspace.transferOwnership({ id, userId: three.id }),
      leave(one, id),
      leave(two, id),
    ]);
    for (const counts of all) expect(counts).toEqual(refusals(counts));
  });

  it("remains when one owner deletes their account while the other leaves", async () => {
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
  it("waits for a write in progress, or rejects a later one", async () => {
    const all = await race((id) => [
      demote(one, id, three),
      ...Array.from({ length: 5 }, (_, number) =>
        three.client.workspace.update({ id, name: `Name ${number}` }),
      ),
    ]);
    for (const counts of all) expect((counts.ok ?? 0) + (counts.ROLE_TOO_LOW ?? 0)).toBe(6);
  });

  it("is not followed by any write", async () => {
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

  it("does not deadlock when a user writes while deleting their account", async () => {
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
