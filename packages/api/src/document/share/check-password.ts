import type { ShareReadInput } from "@mdreader/contract";

import { clientNetworkKey } from "../../auth/rate-limit-keys.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import type { ValidShare } from "./find.ts";
import { renewShareToken, issueShareToken } from "./share-token.ts";

/**
 * Checks the password of a share, or a token from an earlier check. As at sign-in, each attempt is counted before it is
 * checked, and hashing is queued.
 * @throws AppError SHARE_PASSWORD_REQUIRED, SHARE_PASSWORD_WRONG, RATE_LIMITED.
 * @returns A share token; null if no password is needed.
 */
export async function checkSharePassword(
  ctx: Context,
  { id, passwordHash }: ValidShare,
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
