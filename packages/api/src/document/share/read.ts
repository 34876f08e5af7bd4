import type { SharedDocument, ShareReadInput } from "@mdreader/contract";

import type { Context, Services } from "../../context.ts";
import { readCurrentText } from "../read-text.ts";
import { checkSharePassword } from "./check-password.ts";
import { findShare, type ValidShare } from "./find.ts";

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
  const renewedToken = await checkSharePassword(ctx, share, { password, shareToken });
  const { title, updatedAt, expiresAt } = share;
  const text =
    share.version === knownVersion
      ? { content: null, version: share.version }
      : await readShareText(ctx, share);
  return { title, updatedAt, expiresAt, shareToken: renewedToken, ...text };
}

/** Reads the text, including every acknowledged edit. */
export const readShareText = (
  services: Pick<Services, "database" | "documents">,
  { documentId: id, version, contentVersion }: ValidShare,
) => readCurrentText(services, { id, version, contentVersion });
