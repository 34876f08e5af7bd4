import type { SharedDocument, ShareReadInput } from "@mdreader/contract";
import { documents } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { clientNetworkKey } from "../../auth/limits.ts";
import type { Context, Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { readMarkdown } from "../collab/store/live-document.ts";
import { findShare, type OpenShare } from "./find.ts";
import { renewShareToken, issueShareToken } from "./share-token.ts";

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
  const proof = await authenticateShare(ctx, share, { password, shareToken });
  const { title, updatedAt, expiresAt } = share;
  const text =
    share.version === knownVersion
      ? { content: null, version: share.version }
      : await readShareText(ctx, share);
  return { title, updatedAt, expiresAt, shareToken: proof, ...text };
}

/**
 * Checks the password like a sign-in: each attempt is counted before it is checked, and hashing is queued.
 * @returns A share token; null if no password is needed.
 */
async function authenticateShare(
  ctx: Context,
  { id, passwordHash }: OpenShare,
  { password, shareToken }: Pick<ShareReadInput, "password" | "shareToken">,
): Promise<string | null> {
  if (passwordHash === null) return null;
  const renewedToken = shareToken === undefined ? null : await renewShareToken(ctx, id, shareToken);
  if (renewedToken !== null) return renewedToken;
  if (password === undefined) throw new AppError("SHARE_PASSWORD_REQUIRED");
  const from = clientNetworkKey(ctx);
  await ctx.limiter.consume("share.address", from);
  await ctx.limiter.consume("share.password", `${id} ${from}`);
  if (!(await ctx.passwords.verify(passwordHash, password, { owner: from })))
    throw new AppError("SHARE_PASSWORD_WRONG");
  await ctx.limiter.reset("share.password", `${id} ${from}`);
  return issueShareToken(ctx, id);
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
