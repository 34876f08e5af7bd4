import { authIdentities, authSessions } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { findProviderByIssuer } from "./providers.ts";

/** The address that also ends the browser's session at the provider that opened the caller's session. */
export async function getSignOutUrl(
  { database, settings }: Context,
  { caller: { sessionId } }: Access<"account.manage">,
): Promise<{ url: string | null }> {
  if (sessionId === null) return { url: null };
  const [opened] = await database.db
    .select({ issuer: authIdentities.issuer })
    .from(authSessions)
    .innerJoin(authIdentities, eq(authIdentities.id, authSessions.identityId))
    .where(eq(authSessions.id, sessionId));
  const provider = opened === undefined ? null : findProviderByIssuer(settings, opened.issuer);
  return { url: provider?.signsOut ? `/auth/oidc/${provider.id}/sign-out` : null };
}
