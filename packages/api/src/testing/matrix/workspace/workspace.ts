import { secondFactors, workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { insertDocument } from "../../documents.ts";
import type { Rows } from "../fixture.ts";
import { createMember } from "./member.ts";

export const workspaceRows: Rows = {
  "workspace.create": () => ({ name: "A workspace" }),
  "workspace.list": () => ({}),
  "workspace.get": ({ workspaceId }) => ({ id: workspaceId }),
  "workspace.update": ({ workspaceId }) => ({ id: workspaceId, name: "A new name" }),
  "workspace.requireSecondFactor": async ({ app, people, workspaceId }) => {
    await app.services.database.db
      .insert(secondFactors)
      .values({ userId: people.owner.id, secret: "", lastUsedStep: 0 })
      .onConflictDoNothing();
    return { id: workspaceId, isRequired: true };
  },
  "workspace.delete": ({ workspaceId }) => ({ id: workspaceId }),
  "workspace.restore": async ({ app, workspaceId }) => {
    const deletedAt = app.services.clock.now().toISOString();
    await app.services.database.db
      .update(workspaces)
      .set({ deletedAt })
      .where(eq(workspaces.id, workspaceId));
    return { id: workspaceId };
  },
  "workspace.leave": ({ workspaceId }) => ({ id: workspaceId }),
  "workspace.transferOwnership": async (fixture) => ({
    id: fixture.workspaceId,
    userId: await createMember(fixture),
  }),
  "workspace.activity": ({ workspaceId }) => ({ workspaceId }),
  "workspace.contents": ({ workspaceId }) => ({ workspaceId }),
  "workspace.texts": async (fixture) => ({
    workspaceId: fixture.workspaceId,
    documentIds: [await insertDocument(fixture)],
  }),
  "workspace.events": ({ workspaceId }) => ({ workspaceId }),
  "workspace.edits": ({ workspaceId }) => ({ workspaceId }),
};
