import { z } from "zod";

import { pageFields, createPageSchema } from "../pagination.ts";
import { scopes } from "../policy.ts";
import { id, name, timestamp } from "../text.ts";

export const apiKey = z.object({
  id: id.describe("Identifies the key, for revoking it. It isn't the secret."),
  name: z
    .string()
    .describe("The name that the owner gave the key. It is shown as a co-author of the key's changes."),
  scopes: z
    .array(z.enum(scopes))
    .describe(
      "The key's scopes, which apply within the role of its owner. Calls that need another scope are rejected.",
    ),
  workspaceId: id
    .nullable()
    .describe(
      "The only workspace in which the key works. Null if it works in all of its owner's workspaces.",
    ),
  hint: z.string().describe("The first characters of the secret, by which its owner recognizes it."),
  createdWithSecondFactor: z
    .boolean()
    .describe(
      "Whether the session that created the key had a second factor. Workspaces that require one reject keys without " +
        "it.",
    ),
  createdAt: timestamp.describe("When the key was created."),
  lastUsedAt: timestamp.nullable().describe("When the key was last used. Null if it never was."),
  expiresAt: timestamp.nullable().describe("When the key expires. Null if it never does."),
});
export type ApiKey = z.infer<typeof apiKey>;
export const apiKeyCreateInput = z
  .strictObject({
    name: name(100).describe(
      "A name that distinguishes the owner's keys. It is shown as a co-author of the key's changes.",
    ),
    scopes: z
      .array(z.enum(scopes))
      .min(1)
      .max(scopes.length)
      .describe(
        "The key's scopes, which apply within the role of its owner. No scope includes another. `instance` requires a " +
          "superuser.",
      ),
    workspaceId: id
      .optional()
      .describe(
        "Limits the key to one of the caller's workspaces. Calls for anything else fail as if it didn't exist. By " +
          "default, the key works in all of the caller's workspaces.",
      ),
    expiresInDays: z
      .int()
      .min(1)
      .max(3650)
      .optional()
      .describe("Lifetime in days. By default, the key never expires."),
  })
  .refine(({ scopes: given, workspaceId }) => workspaceId === undefined || !given.includes("instance"), {
    path: ["workspaceId"],
    error: 'a key with the scope "instance" can\'t be limited to a workspace',
  });
export type ApiKeyCreateInput = z.infer<typeof apiKeyCreateInput>;
export const apiKeyCreated = apiKey.extend({
  secret: z.string().describe("The key itself, sent as a bearer token. It is returned only here."),
});
export const apiKeyListInput = z.strictObject(pageFields).prefault({});
export const apiKeyList = createPageSchema(apiKey);
export const apiKeyRevokeInput = z.strictObject({
  id: id.describe("The key to revoke. It must be one of the caller's."),
});
