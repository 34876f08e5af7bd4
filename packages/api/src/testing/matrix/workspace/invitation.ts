import { insertUser } from "../../factories.ts";
import type { MatrixFixture, Rows } from "../fixture.ts";

const createInvitation = ({ people: { owner }, workspaceId }: MatrixFixture) =>
  owner.client.workspace.invitation.create({ workspaceId, role: "viewer" });

export const invitationRows: Rows = {
  "workspace.invitation.create": ({ workspaceId }) => ({ workspaceId, role: "viewer" }),
  "workspace.invitation.list": ({ workspaceId }) => ({ workspaceId }),
  "workspace.invitation.revoke": async (fixture) => {
    const { id } = await createInvitation(fixture);
    return { workspaceId: fixture.workspaceId, id };
  },
  "workspace.invitation.preview": async (fixture) => ({ token: (await createInvitation(fixture)).token }),
  // An invitation to another workspace, because everyone except the outsider is a member here.
  "workspace.invitation.accept": async ({ app }) => {
    const host = await insertUser(app);
    const { id } = await host.client.workspace.create({ name: "Elsewhere" });
    const { token } = await host.client.workspace.invitation.create({ workspaceId: id, role: "viewer" });
    return { token };
  },
};
