import { createId } from "@mdreader/db";

import { insertMember, insertUser } from "../../factories.ts";
import type { MatrixFixture, Rows } from "../fixture.ts";

/** Adds another viewer. */
export async function createMember({ app, workspaceId }: MatrixFixture): Promise<string> {
  const member = await insertUser(app);
  await insertMember(app, workspaceId, member, "viewer");
  return member.id;
}

export const memberRows: Rows = {
  "workspace.member.list": ({ workspaceId }) => ({ workspaceId }),
  "workspace.member.add": ({ workspaceId }) => ({
    workspaceId,
    email: `${createId()}@example.test`,
    role: "viewer",
  }),
  "workspace.member.updateRole": async (fixture) => ({
    workspaceId: fixture.workspaceId,
    userId: await createMember(fixture),
    role: "editor",
  }),
  "workspace.member.remove": async (fixture) => ({
    workspaceId: fixture.workspaceId,
    userId: await createMember(fixture),
  }),
};
