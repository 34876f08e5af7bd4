import { advisoryLocks } from "@mdreader/db";
import { describe, expect } from "vitest";

import { type Client, createTestApp, insertUser, insertWorkspace } from "../../testing/index.ts";
import { overtakeCall } from "../../testing/overtaken-call.ts";
import { test as base } from "../../testing/test.ts";

/** A superuser, someone else, and a workspace without an active owner, in a database of the test's own. */
// Vitest requires the pattern, even without fixtures in it.
// oxlint-disable-next-line no-empty-pattern
const it = base.extend("instance", async ({}, { onCleanup }) => {
  const app = await createTestApp();
  onCleanup(() => app[Symbol.asyncDispose]());
  const former = await insertUser(app, { isSuperuser: true });
  await insertUser(app, { isSuperuser: true });
  const { id } = await insertUser(app);
  const { id: workspaceId } = await insertWorkspace(app, { viewer: former });
  return { app, former, id, workspaceId };
});

type Act = (admin: Client["auth"]["admin"], ids: { id: string; workspaceId: string }) => Promise<unknown>;

const acts: Record<string, Act> = {
  "makes nobody a superuser": ({ user }, { id }) => user.updateSuperuser({ id, isSuperuser: true }),
  "suspends nobody": ({ user }, { id }) => user.suspend({ id }),
  "reactivates nobody": ({ user }, { id }) => user.reactivate({ id }),
  "deletes nobody": ({ user }, { id }) => user.delete({ id }),
  "verifies nobody's address": ({ user }, { id }) => user.verify({ id }),
  "signs nobody out": ({ user }, { id }) => user.endSessions({ id }),
  "requires no new password": ({ user }, { id }) => user.requirePasswordChange({ id }),
  "changes no settings": ({ settings }) => settings.update({ registration: "closed" }),
  "sets no quota": ({ workspace }, { workspaceId }) =>
    workspace.setQuota({ id: workspaceId, quotaBytes: 1_000_000 }),
  "adopts no workspace": ({ workspace }, { workspaceId }) => workspace.adopt({ id: workspaceId }),
};

describe("an act of a superuser that is overtaken by the loss of this role", () => {
  for (const [effect, act] of Object.entries(acts)) {
    it(effect, async ({ instance: { app, former, ...ids } }) => {
      const reason = await overtakeCall(app, {
        lock: (tx) => tx`select pg_advisory_xact_lock(${advisoryLocks.superusers})`,
        call: () => act(former.client.auth.admin, ids),
        change: (tx) => tx`update users set is_superuser = false where id = ${former.id}`,
      });
      expect(reason).toBe("SUPERUSER_REQUIRED");
    });
  }

  it("suspends nobody once they are suspended themselves", async ({ instance: { app, former, id } }) => {
    const reason = await overtakeCall(app, {
      lock: (tx) => tx`select pg_advisory_xact_lock(${advisoryLocks.superusers})`,
      call: () => former.client.auth.admin.user.suspend({ id }),
      change: (tx) => tx`update users set deactivated_at = now() where id = ${former.id}`,
    });
    expect(reason).toBe("SESSION_ENDED");
  });
});
