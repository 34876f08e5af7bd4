import { z } from "zod";

import { apiKey } from "../auth/api-key.ts";
import { person } from "../auth/auth.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { keyRoles, workspaceScopes } from "../policy.ts";
import { id, personalName } from "../text.ts";
import { role } from "./workspace.ts";

export const workspaceApiKey = apiKey.omit({ workspaceId: true }).extend({
  name: z
    .string()
    .describe("The name that an admin gave the key. It is shown as the author of the key's changes."),
  role: role.describe("The key's role in the workspace, which applies within its scopes."),
  scopes: apiKey.shape.scopes.describe(
    "The key's scopes, which apply within its role. Calls that need another scope are rejected.",
  ),
  hint: z.string().describe("The first characters of the secret, by which admins recognize it."),
  createdBy: person.nullable().describe("The admin who created the key. Null once the account is deleted."),
});
export type WorkspaceApiKey = z.infer<typeof workspaceApiKey>;
export const workspaceApiKeyCreateInput = z.strictObject({
  workspaceId: id.describe("The workspace that the key belongs to, and the only one in which it works."),
  name: personalName(1, 100).describe(
    "A name that distinguishes the workspace's keys. It is shown as the author of the key's changes.",
  ),
  role: z
    .enum(keyRoles)
    .describe(
      "The key's role in the workspace, which applies within its scopes. At most the caller's current role; it " +
        "doesn't change with the caller's.",
    ),
  scopes: z
    .array(z.enum(workspaceScopes))
    .min(1)
    .max(workspaceScopes.length)
    .describe("The key's scopes, which apply within its role. No scope includes another."),
  expiresInDays: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe("Lifetime in days. By default, the key never expires."),
});
export type WorkspaceApiKeyCreateInput = z.infer<typeof workspaceApiKeyCreateInput>;
export const workspaceApiKeyCreated = workspaceApiKey.extend({
  secret: z.string().describe("The key itself, sent as a bearer token. It is returned only here."),
});
export const workspaceApiKeyListInput = z.strictObject({
  workspaceId: id.describe("The workspace whose keys are listed."),
  ...pageFields,
});
export const workspaceApiKeyList = createPageSchema(workspaceApiKey);
export const workspaceApiKeyRevokeInput = z.strictObject({
  workspaceId: id.describe("The workspace that the key belongs to."),
  id: id.describe("The key to revoke."),
});
