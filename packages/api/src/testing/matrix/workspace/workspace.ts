import { workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { insertDocument } from "../../documents.ts";
import { addMember, insertUser } from "../../factories.ts";
import type { MatrixFixture } from "../fixture.ts";
import type { Rows } from "../fixture.ts";

export const workspaceRows: Rows = {
  "workspace.create": () => ({ name: "A workspace" }),
  "workspace.list": () => ({}),
  "workspace.get": ({ workspaceId }) => ({ id: workspaceId }),
  "workspace.update": ({ workspaceId }) => ({ id: workspaceId, name: "A new name" }),
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
  "workspace.transferOwnership": async (world) => ({
    id: world.workspaceId,
    userId: await createMember(world),
  }),
  "workspace.activity": ({ workspaceId }) => ({ workspaceId }),
  "workspace.contents": ({ workspaceId }) => ({ workspaceId }),
  "workspace.texts": async (world) => ({
    workspaceId: world.workspaceId,
    documentIds: [await insertDocument(world)],
  }),
  "workspace.events": ({ workspaceId }) => ({ workspaceId }),
  "workspace.edits": ({ workspaceId }) => ({ workspaceId }),

  "workspace.member.list": ({ workspaceId }) => ({ workspaceId }),
  "workspace.member.updateRole": async (world) => ({
    workspaceId: world.workspaceId,
    userId: await createMember(world),
    role: "editor",
  }),
  "workspace.member.remove": async (world) => ({
    workspaceId: world.workspaceId,
    userId: await createMember(world),
  }),

  "workspace.invitation.create": ({ workspaceId }) => ({ workspaceId, role: "viewer" }),
  "workspace.invitation.list": ({ workspaceId }) => ({ workspaceId }),
  "workspace.invitation.revoke": async (world) => {
    const { id } = await createInvitation(world);
    return { workspaceId: world.workspaceId, id };
  },
  "workspace.invitation.preview": async (world) => ({ token: (await createInvitation(world)).token }),
  // An invitation to another workspace, because everyone except the outsider is a member here.
  "workspace.invitation.accept": async ({ app }) => {
    const host = await insertUser(app);
    const { id } = await host.client.workspace.create({ name: "Elsewhere" });
    const { token } = await host.client.workspace.invitation.create({ workspaceId: id, role: "viewer" });
    return { token };
  },
};

/** Adds another viewer. */
async function createMember({ app, workspaceId }: MatrixFixture): Promise<string> {
  const member = await insertUser(app);
  await addMember(app, workspaceId, member, "viewer");
  return member.id;
}

const createInvitation = ({ people: { owner }, workspaceId }: MatrixFixture) =>
  owner.client.workspace.invitation.create({ workspaceId, role: "viewer" });
