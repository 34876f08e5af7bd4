import { workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { aDocument } from "../documents.ts";
import { addMember, aUser } from "../factories.ts";
import type { Rows } from "./rows.ts";
import type { World } from "./world.ts";

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
  "workspace.transferOwnership": async (world) => ({ id: world.workspaceId, userId: await aMember(world) }),
  "workspace.activity": ({ workspaceId }) => ({ workspaceId }),
  "workspace.contents": ({ workspaceId }) => ({ workspaceId }),
  "workspace.texts": async (world) => ({
    workspaceId: world.workspaceId,
    documentIds: [await aDocument(world)],
  }),
  "workspace.events": ({ workspaceId }) => ({ workspaceId }),
  "workspace.edits": ({ workspaceId }) => ({ workspaceId }),

  "workspace.member.list": ({ workspaceId }) => ({ workspaceId }),
  "workspace.member.updateRole": async (world) => ({
    workspaceId: world.workspaceId,
    userId: await aMember(world),
    role: "editor",
  }),
  "workspace.member.remove": async (world) => ({
    workspaceId: world.workspaceId,
    userId: await aMember(world),
  }),

  "workspace.invitation.create": ({ workspaceId }) => ({ workspaceId, role: "viewer" }),
  "workspace.invitation.list": ({ workspaceId }) => ({ workspaceId }),
  "workspace.invitation.revoke": async (world) => {
    const { id } = await anInvitation(world);
    return { workspaceId: world.workspaceId, id };
  },
  "workspace.invitation.preview": async (world) => ({ token: (await anInvitation(world)).token }),
  // An invitation to somewhere else: all but the outsider are members here.
  "workspace.invitation.accept": async ({ app }) => {
    const host = await aUser(app);
    const { id } = await host.client.workspace.create({ name: "Elsewhere" });
    const { token } = await host.client.workspace.invitation.create({ workspaceId: id, role: "viewer" });
    return { token };
  },
};

/** One more viewer. */
async function aMember({ app, workspaceId }: World): Promise<string> {
  const member = await aUser(app);
  await addMember(app, workspaceId, member, "viewer");
  return member.id;
}

const anInvitation = ({ people: { owner }, workspaceId }: World) =>
  owner.client.workspace.invitation.create({ workspaceId, role: "viewer" });
