import type { MatrixFixture, Rows } from "../fixture.ts";

const createInput = ({ workspaceId }: MatrixFixture) => ({
  workspaceId,
  name: "a key",
  role: "editor" as const,
  scopes: ["read" as const],
});

export const workspaceApiKeyRows: Rows = {
  "workspace.apiKey.create": createInput,
  "workspace.apiKey.list": ({ workspaceId }) => ({ workspaceId }),
  "workspace.apiKey.revoke": async (fixture) => {
    const { id } = await fixture.people.owner.client.workspace.apiKey.create(createInput(fixture));
    return { workspaceId: fixture.workspaceId, id };
  },
};
