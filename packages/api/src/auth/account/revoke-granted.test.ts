import { setTimeout as delay } from "node:timers/promises";

import { advisoryLockSeeds, type Sql } from "@mdreader/db";
import { expect, it } from "vitest";

import { createAccount, createClientWithToken, createTestApp } from "../../testing/index.ts";
import { revokeGrants } from "./revoke-granted.ts";

/** Waits until so many statements of the database wait for locks, or `settled` has settled. */
async function waitForLocks(sql: Sql, count: number, settled: Promise<unknown>): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  settled.then(end, end);
  const countWaiting = async () =>
    (
      await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    ).length;
  while (!ending.signal.aborted && (await countWaiting()) < count) await delay(10);
}

it("records no revocation of a link that a concurrent call has revoked", async () => {
  await using app = await createTestApp();
  const { client, user } = await createAccount(app);
  const { id: workspaceId } = await client.workspace.create({ name: "Team" });
  const { id: documentId } = await client.document.create({ workspaceId, title: "Plan" });
  for (let n = 0; n < 2; n += 1) await client.document.share.create({ documentId });
  const { sql, db } = app.services.database;

  let revoking: Promise<unknown> = Promise.resolve();
  await sql.begin(async (other) => {
    await other`delete from share_links where id = (select min(id::text)::uuid from share_links)`;
    revoking = db.transaction((tx) => revokeGrants(tx, app.services, user.id));
    await waitForLocks(sql, 1, revoking);
  });
  await revoking;

  const { items } = await client.workspace.activity({ workspaceId });
  const revoked = items.filter(({ kind }) => kind === "share.revoked");
  expect(revoked).toMatchObject([{ subjectId: documentId, subjectName: "Plan" }]);
  expect(await sql`select 1 from share_links`).toEqual([]);
});

it("waits for the calls of a workspace's key, and revokes what they created", async () => {
  await using app = await createTestApp();
  const { client, user } = await createAccount(app);
  const { id: workspaceId } = await client.workspace.create({ name: "Team" });
  const { secret } = await client.workspace.apiKey.create({
    workspaceId,
    name: "Nightly sync",
    role: "admin",
    scopes: ["manage"],
  });
  const tool = await createClientWithToken(app, secret);
  const { sql, db } = app.services.database;

  let inviting: Promise<unknown> = Promise.resolve();
  let revoking: Promise<unknown> = Promise.resolve();
  await sql.begin(async (other) => {
    // The lock of the workspace's members, for which the call waits after its key has been checked.
    await other`select pg_advisory_xact_lock(hashtextextended(${workspaceId}, ${advisoryLockSeeds.members}))`;
    inviting = tool.workspace.invitation.create({ workspaceId, role: "editor" });
    await waitForLocks(sql, 1, inviting);
    revoking = db.transaction((tx) => revokeGrants(tx, app.services, user.id));
    await waitForLocks(sql, 2, revoking);
  });
  await Promise.all([inviting, revoking]);

  expect(await sql`select 1 from workspace_invitations where revoked_at is null`).toEqual([]);
});
