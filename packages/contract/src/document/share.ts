import { z } from "zod";

import { password, person, token } from "../auth.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { id, ordinal, secret, timestamp } from "../text.ts";

/** A public link to one document: whoever has it can read the document and see its attachments, and nothing else. */
export const share = z.object({
  id,
  documentId: id,
  /** The last characters of the link, to tell it from others. */
  hint: z.string(),
  hasPassword: z.boolean(),
  /** Null for one that does not expire. */
  expiresAt: timestamp.nullable(),
  createdBy: person.nullable(),
  createdAt: timestamp,
});
export type Share = z.infer<typeof share>;

export const shareCreateInput = z.strictObject({
  documentId: id,
  password: password.optional(),
  /** Never, unless said otherwise. */
  expiresInDays: z.int().min(1).max(3650).optional(),
});
export type ShareCreateInput = z.infer<typeof shareCreateInput>;
/** `token` and `url` are shown this once. */
export const shareCreated = share.extend({ token: z.string(), url: z.string() });
export type ShareCreated = z.infer<typeof shareCreated>;

export const shareListInput = z.strictObject({ documentId: id, ...pageFields });
/** The links that work, the newest first. */
export const shareList = createPageSchema(share);
export const shareRevokeInput = z.strictObject({ documentId: id, id });

/**
 * Opens a share. One with a password needs it, or the `shareToken` of an earlier answer, which saves asking again for a
 * while. With `knownVersion` the text is only sent when there is a newer one.
 */
export const shareReadInput = z.strictObject({
  token,
  password: secret(1, 256).optional(),
  shareToken: token.optional(),
  knownVersion: ordinal.optional(),
});
export type ShareReadInput = z.infer<typeof shareReadInput>;

/** What a stranger sees of a document. */
export const sharedDocument = z.object({
  title: z.string(),
  /** The Markdown; null when it is still that of `knownVersion`. */
  content: z.string().nullable(),
  version: z.int(),
  updatedAt: timestamp,
  expiresAt: timestamp.nullable(),
  /** Of a share with a password: stands for the password for an hour, also in the addresses of attachments. */
  shareToken: z.string().nullable(),
});
export type SharedDocument = z.infer<typeof sharedDocument>;
