import { type Executor, setupTokens, type Tx, users } from "@mdreader/db";
import { and, eq, gt, lt, sql } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { createSecret, hashSecret } from "../secrets.ts";
import { type AuditSource, recordAudit } from "./audit/record.ts";
import { hasSuperuser, lockSuperusers } from "./superusers.ts";

/** Lifetime of a setup link, in milliseconds. Each start of a new server prints another. */
const lifetimeMs = 7 * 86_400_000;

/** The way in which a server gets its first superuser. */
export type Setup =
  | { state: "done" }
  /** A new server: the link makes the account of its reader a superuser. */
  | { state: "new"; url: string }
  /** A server with accounts, such as one that was upgraded. A link in its old logs could be used by anyone who reads them. */
  | { state: "shell" };

type SetupPorts = Pick<Ports, "database" | "clock" | "settings">;

/** Creates a setup link if the server has no accounts yet. Earlier links remain valid. */
export async function prepareSetup(services: SetupPorts): Promise<Setup> {
  const { db } = services.database;
  if (await hasSuperuser(db)) return { state: "done" };
  const anyone = await db.select({ id: users.id }).from(users).limit(1);
  if (anyone.length > 0) return { state: "shell" };
  return { state: "new", url: await createSetupLink(services) };
}

/** The token is in the fragment, which browsers do not send, so it never appears in a log of requests. */
export async function createSetupLink({ database: { db }, clock, settings }: SetupPorts): Promise<string> {
  const now = clock.now().getTime();
  const secret = createSecret();
  await db.delete(setupTokens).where(lt(setupTokens.expiresAt, new Date(now).toISOString()));
  await db.insert(setupTokens).values({
    tokenHash: hashSecret(secret),
    expiresAt: new Date(now + lifetimeMs).toISOString(),
  });
  return `${settings.appUrl}/setup#token=${secret}`;
}

/**
 * Finds a setup token that is still valid, before something expensive is done for it.
 * @throws AppError SETUP_LINK_INVALID
 */
export async function assertSetupToken(
  db: Executor,
  { clock }: Pick<Ports, "clock">,
  token: string,
): Promise<void> {
  const found = await db
    .select({ id: setupTokens.id })
    .from(setupTokens)
    .where(
      and(eq(setupTokens.tokenHash, hashSecret(token)), gt(setupTokens.expiresAt, clock.now().toISOString())),
    );
  if (found.length === 0 || (await hasSuperuser(db))) throw new AppError("SETUP_LINK_INVALID");
}

/**
 * Makes the account the first superuser, and all setup links invalid. The lock must be held from the beginning of the
 * transaction on, because it comes before all others.
 * @throws AppError SETUP_LINK_INVALID, also when someone else used a link first.
 */
export async function useSetupToken(
  tx: Tx,
  ctx: AuditSource & Pick<Ports, "clock">,
  token: string,
  user: { id: string; username: string },
): Promise<void> {
  await lockSuperusers(tx);
  await assertSetupToken(tx, ctx, token);
  await tx.delete(setupTokens);
  await tx
    .update(users)
    .set({ isSuperuser: true, updatedAt: sql`now()` })
    .where(eq(users.id, user.id));
  await recordAudit(tx, ctx, {
    action: "superuser.granted",
    actor: { userId: user.id },
    target: { id: user.id, name: user.username },
    details: { by: "setup link" },
  });
}
