import { users, workspaces } from "@mdreader/db";

/** What members see of a workspace: the columns of a `Workspace`, but for the caller's role. */
export const workspaceColumns = {
  id: workspaces.id,
  name: workspaces.name,
  description: workspaces.description,
  language: workspaces.language,
  createdAt: workspaces.createdAt,
  updatedAt: workspaces.updatedAt,
  deletedAt: workspaces.deletedAt,
};

/** The columns of a person who need not be there. */
export const personColumns = {
  userId: users.id,
  username: users.username,
  fullName: users.fullName,
};
