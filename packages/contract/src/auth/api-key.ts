import { z } from "zod";

import { pageFields, createPageSchema } from "../pagination.ts";
import { scopes } from "../policy.ts";
import { id, name, timestamp } from "../text.ts";

export const apiKey = z.object({
  id,
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  /** The only workspace in which the key works; null for a key that works in all of its owner's workspaces. */
  workspaceId: id.nullable(),
  /** The first characters of the key, so that people recognize it. */
  hint: z.string(),
  createdAt: timestamp,
  lastUsedAt: timestamp.nullable(),
  expiresAt: timestamp.nullable(),
});
export type ApiKey = z.infer<typeof apiKey>;
export const apiKeyCreateInput = z
  .strictObject({
    name: name(1, 100),
    scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
    /**
     * Limits the key to a workspace of the caller. Everything else looks to the key as if it did not exist. By default, the
     * key works in all of the caller's workspaces.
     */
    workspaceId: id.optional(),
    /** Lifetime in days. Without it, the key is valid until it is revoked. */
    expiresInDays: z.int().min(1).max(3650).optional(),
  })
  .refine(({ scopes: given, workspaceId }) => workspaceId === undefined || !given.includes("instance"), {
    path: ["workspaceId"],
    error: 'a key with the scope "instance" can\'t be limited to a workspace',
  });
export type ApiKeyCreateInput = z.infer<typeof apiKeyCreateInput>;
/** `secret` is returned only once. */
export const apiKeyCreated = apiKey.extend({ secret: z.string() });
export const apiKeyListInput = z.strictObject(pageFields).prefault({});
export const apiKeyList = createPageSchema(apiKey);
export const apiKeyRevokeInput = z.strictObject({ id });
