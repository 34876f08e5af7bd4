import { authIdentities, passkeys, type Tx, users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { findProviderByIssuer } from "../identity/providers.ts";
import { hasPasswordColumn } from "../password/password-hash.ts";
import { isPasswordAccepted } from "../password/password-policy.ts";

/**
 * Ensures that an account whose row is locked can still be signed in to, after something was removed: with a password, a
 * passkey, or an identity whose provider is in the settings.
 * @throws AppError LAST_SIGN_IN_METHOD
 */
export async function assertCanSignIn(
  tx: Tx,
  { settings }: Pick<Ports, "settings">,
  userId: string,
): Promise<void> {
  const [account] = await tx
    .select({ hasPassword: hasPasswordColumn, isSuperuser: users.isSuperuser })
    .from(users)
    .where(eq(users.id, userId));
  if (account !== undefined && isPasswordAccepted({ settings }, account)) {
    if (account.hasPassword || (await tx.$count(passkeys, eq(passkeys.userId, userId))) > 0) return;
  }
  const linked = await tx
    .select({ issuer: authIdentities.issuer })
    .from(authIdentities)
    .where(eq(authIdentities.userId, userId));
  if (linked.every(({ issuer }) => findProviderByIssuer(settings, issuer) === null))
    throw new AppError("LAST_SIGN_IN_METHOD");
}
