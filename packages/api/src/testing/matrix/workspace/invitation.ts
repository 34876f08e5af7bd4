import { insertUser } from "../../factories.ts";
import type { MatrixFixture, Rows } from "../fixture.ts";

const createInvitation = ({ people: { owner }, workspaceId }: MatrixFixture) =>
  owner.client.workspace.invitation.create({ workspaceId, role: "viewer" });

export const invitationRows: Rows = {
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
