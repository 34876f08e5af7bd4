import { z } from "zod";

import { password, person, token } from "../auth/auth.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { id, ordinal, secret, timestamp } from "../text.ts";

/**
 * A public link to one document. Anyone with the link can read the document and see its attachments, and nothing else.
 */
export const share = z.object({
  id: id.describe("Identifies the link, for revoking it. It isn't the token."),
  documentId: id.describe("The document that the link opens."),
  hint: z.string().describe("The last characters of the link, to distinguish it from others."),
  hasPassword: z.boolean().describe("Whether visitors must enter a password."),
  expiresAt: timestamp.nullable().describe("When the link expires. Null if it never does."),
  createdBy: person.nullable().describe("The member who created it. Null once the account is deleted."),
  createdAt: timestamp.describe("When the link was created."),
});
export type Share = z.infer<typeof share>;

export const shareCreateInput = z.strictObject({
  documentId: id.describe("The document to open to everyone who has the link."),
  password: password
    .optional()
    .describe("The password that visitors must enter. If omitted, they don't need one."),
  expiresInDays: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe("Lifetime in days. By default, the link never expires."),
});
export type ShareCreateInput = z.infer<typeof shareCreateInput>;
export const shareCreated = share.extend({
  token: z.string().describe("Opens the document. It is returned only here, and is part of the link."),
  url: z.string().describe("The link to pass on. It opens a page of this server."),
});
export type ShareCreated = z.infer<typeof shareCreated>;

export const shareListInput = z.strictObject({
  documentId: id.describe("The document whose links are listed."),
  ...pageFields,
});
/** The active links, newest first. */
export const shareList = createPageSchema(share);
export const shareRevokeInput = z.strictObject({
  documentId: id.describe("The document that the link opens."),
  id: id.describe("The link to revoke."),
});

export const shareReadInput = z.strictObject({
  token: token.describe("The token at the end of the link."),
  password: secret(1, 256)
    .optional()
    .describe(
      "The password that the visitor entered. Required for a link with a password, unless `shareToken` is sent.",
    ),
  shareToken: token.optional().describe("The `shareToken` of an earlier response, in place of the password."),
  knownVersion: ordinal
    .optional()
    .describe("The version whose text the caller has. The text is returned only if there is a newer one."),
});
export type ShareReadInput = z.infer<typeof shareReadInput>;

/** A document as visitors of a share see it. */
export const sharedDocument = z.object({
  title: z.string().describe("The document's title."),
  content: z.string().nullable().describe("The Markdown. Null if it is still that of `knownVersion`."),
  version: z.int().describe("The version that has this text."),
  updatedAt: timestamp.describe("When the document last changed."),
  expiresAt: timestamp.nullable().describe("When the link expires. Null if it never does."),
  shareToken: z
    .string()
    .nullable()
    .describe(
      "Replaces the password for an hour, including in the URLs of attachments. Null for a link without a password.",
    ),
});
export type SharedDocument = z.infer<typeof sharedDocument>;
