import type { SharedDocument, ShareReadInput } from "@mdreader/contract";
import { documents } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { Context, Services } from "../../context.ts";
import { readMarkdown } from "../collab/store/live-document.ts";
import { checkSharePassword } from "./check-password.ts";
import { findShare, type OpenShare } from "./find.ts";

/**
 * Opens a share with its link.
 *
 * @throws AppError NOT_FOUND as `findShare`; SHARE_PASSWORD_REQUIRED, also when the share token has expired;
 *   SHARE_PASSWORD_WRONG; RATE_LIMITED.
 */
export async function readShare(
  ctx: Context,
  { token, password, shareToken, knownVersion }: ShareReadInput,
): Promise<SharedDocument> {
  const share = await findShare(ctx, token);
  const proof = await checkSharePassword(ctx, share, { password, shareToken });
  const { title, updatedAt, expiresAt } = share;
  const text =
    share.version === knownVersion
      ? { content: null, version: share.version }
      : await readShareText(ctx, share);
  return { title, updatedAt, expiresAt, shareToken: proof, ...text };
}

/** Reads the text, including every acknowledged edit. */
export async function readShareText(
  { database, documents: live }: Pick<Services, "database" | "documents">,
  { documentId, version, contentVersion }: OpenShare,
): Promise<{ content: string; version: number }> {
  if (contentVersion === version) {
    const [row] = await database.db
      .select({ content: documents.content, version: documents.contentVersion })
      .from(documents)
      .where(eq(documents.id, documentId));
    if (row !== undefined) return row;
  }
  return live.read(documentId, (document) => ({
    content: readMarkdown(document),
    version: document.version,
  }));
}
