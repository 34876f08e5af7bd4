import { setTimeout as delay } from "node:timers/promises";

import { expect, it } from "vitest";

import { createAccount, createTestApp } from "../testing/index.ts";
import { revokeGranted } from "./account/revoke-granted.ts";

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
    revoking = db.transaction((tx) => revokeGranted(tx, app.services, user.id));
    const isWaiting = async () =>
      (
        await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
      ).length > 0;
    while (!(await isWaiting())) await delay(10);
  });
  await revoking;

  const { items } = await client.workspace.activity({ workspaceId });
  const revoked = items.filter(({ kind }) => kind === "share.revoked");
  expect(revoked).toMatchObject([{ subjectId: documentId, subjectName: "Plan" }]);
  expect(await sql`select 1 from share_links`).toEqual([]);
});
