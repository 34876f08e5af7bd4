import { apiKeys } from "@mdreader/db";

/** The columns of an `ApiKey`. They never include the hash of the secret. */
export const keyColumns = {
  id: apiKeys.id,
  name: apiKeys.name,
  scopes: apiKeys.scopes,
  workspaceId: apiKeys.workspaceId,
  hint: apiKeys.hint,
  createdWithSecondFactor: apiKeys.createdWithSecondFactor,
  createdAt: apiKeys.createdAt,
  lastUsedAt: apiKeys.lastUsedAt,
  expiresAt: apiKeys.expiresAt,
};
