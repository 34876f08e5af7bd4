import { workspaceMembers } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { Rows } from "../../fixture.ts";

export const managedWorkspaceRows: Rows = {
  "auth.admin.workspace.list": () => ({ limit: 5 }),
  "auth.admin.workspace.adopt": async ({ app, workspaceId, people }) => {
    const { db } = app.services.database;
    // The owner calls too, so that they are demoted rather than suspended.
    await db
      .update(workspaceMembers)
      .set({ role: "viewer" })
      .where(
        and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.userId, people.owner.id)),
      );
    return { id: workspaceId };
  },
  "auth.admin.workspace.setQuota": ({ workspaceId }) => ({ id: workspaceId, quotaBytes: 1024 }),
};
