import { everyItem, type WorkspaceMember } from "@mdreader/client";

import type { Cli } from "../cli.ts";
import { chooseOne, isSameIgnoringCase } from "./choose.ts";
import { findWorkspaceId, type WorkspaceOptions } from "./workspace.ts";

/** The members of a workspace. */
export function listMembers({ client }: Cli, workspaceId: string): Promise<WorkspaceMember[]> {
  return Array.fromAsync(
    everyItem((cursor) => client.workspace.member.list.query({ workspaceId, cursor, limit: 100 })),
  );
}

/** Finds a member by username, email address or ID. @throws Failure NOT_FOUND */
export async function findMember(
  cli: Cli,
  given: string,
  options: WorkspaceOptions,
): Promise<{ workspaceId: string; user: WorkspaceMember["user"] }> {
  const workspaceId = await findWorkspaceId(cli, options);
  const members = (await listMembers(cli, workspaceId)).map((member) => ({
    ...member,
    id: member.user.id,
    name: member.user.username,
  }));
  const { user } = chooseOne({
    given,
    kind: "member",
    found: members.filter(
      ({ id, name, email }) => id === given || name === given || isSameIgnoringCase(email, given),
    ),
    similar: members.filter(({ name }) => isSameIgnoringCase(name, given)),
    listHint: "List the members with: mdreader member list",
  });
  return { workspaceId, user };
}
