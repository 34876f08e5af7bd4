import { users, workspaces } from "@mdreader/db";

/** The columns of a `Workspace`, except the caller's role. */
export const workspaceColumns = {
  id: workspaces.id,
  name: workspaces.name,
  description: workspaces.description,
  language: workspaces.language,
  secondFactorRequired: workspaces.secondFactorRequired,
  createdAt: workspaces.createdAt,
  updatedAt: workspaces.updatedAt,
  deletedAt: workspaces.deletedAt,
};

/** The columns of a person whose account may be deleted. */
export const personColumns = {
  userId: users.id,
  username: users.username,
  fullName: users.fullName,
};
