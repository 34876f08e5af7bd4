import { z } from "zod";

import { password, person, token } from "../auth/auth.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { id, ordinal, secret, timestamp } from "../text.ts";

/**
 * A public link to one document. Anyone with the link can read the document and see its attachments, and nothing else.
 */
export const share = z.object({
  id,
  documentId: id,
  /** The last characters of the link, to distinguish it from others. */
  hint: z.string(),
  hasPassword: z.boolean(),
  /** Null if it never expires. */
  expiresAt: timestamp.nullable(),
  createdBy: person.nullable(),
  createdAt: timestamp,
});
export type Share = z.infer<typeof share>;

export const shareCreateInput = z.strictObject({
  documentId: id,
  password: password.optional(),
  /** Lifetime in days. Without it, the link never expires. */
  expiresInDays: z.int().min(1).max(3650).optional(),
});
export type ShareCreateInput = z.infer<typeof shareCreateInput>;
/** `token` and `url` are returned only once. */
export const shareCreated = share.extend({ token: z.string(), url: z.string() });
export type ShareCreated = z.infer<typeof shareCreated>;

export const shareListInput = z.strictObject({ documentId: id, ...pageFields });
/** The active links, newest first. */
export const shareList = createPageSchema(share);
export const shareRevokeInput = z.strictObject({ documentId: id, id });

/**
 * Opens a share. A share with a password requires it, or the `shareToken` of an earlier response, which replaces it for
 * a while. With `knownVersion`, the text is returned only if there is a newer one.
 */
export const shareReadInput = z.strictObject({
  token,
  password: secret(1, 256).optional(),
  shareToken: token.optional(),
  knownVersion: ordinal.optional(),
});
export type ShareReadInput = z.infer<typeof shareReadInput>;

/** A document as visitors of a share see it. */
export const sharedDocument = z.object({
  title: z.string(),
  /** The Markdown. Null if it is still that of `knownVersion`. */
  content: z.string().nullable(),
  version: z.int(),
  updatedAt: timestamp,
  expiresAt: timestamp.nullable(),
  /** For a share with a password: replaces the password for an hour, also in the URLs of attachments. */
  shareToken: z.string().nullable(),
});
export type SharedDocument = z.infer<typeof sharedDocument>;
