import { createId, type Executor, users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { findViolatedConstraint } from "../../util/database-errors.ts";
import { issueEmailToken } from "../email/email-tokens.ts";
import { noPassword } from "../password/password-hash.ts";
import { removeSecondFactor } from "../second-factor/remove.ts";
import { endSessions, isOwnSession } from "../session/lifecycle.ts";
import { recordAudit } from "./audit/record.ts";
import { lockSuperusers, setSuperuser } from "./superusers.ts";

/** Actions of an operator at the server's shell, where there may be no superuser and no mail server. */

type ShellPorts = Pick<Ports, "database" | "clock" | "settings">;

/**
 * Makes the account with this address a superuser, and creates it if there is none.
 * @param force Accepts an existing account although nobody has proven that its address is theirs.
 * @returns A link to choose the password of a new account; null for an existing one.
 * @throws AppError USERNAME_TAKEN for a new account; EMAIL_NOT_VERIFIED or ACCOUNT_SUSPENDED for an existing one.
 */
export async function createSuperuser(
  services: ShellPorts,
  { email, username, force = false }: { email: string; username: string; force?: boolean },
): Promise<{ url: string | null }> {
  return services.database.db.transaction(async (tx) => {
    await lockSuperusers(tx);
    const existing = await findUser(tx, email);
    if (existing !== null) {
      assertActive(existing);
      if (!existing.emailVerified && !force) throw new AppError("EMAIL_NOT_VERIFIED");
      await setSuperuser(tx, {}, { actor: null, userId: existing.id, isGranted: true });
      return { url: null };
    }
    const id = createId();
    try {
      await tx.insert(users).values({ id, email, username, passwordHash: noPassword });
    } catch (error) {
      throw findViolatedConstraint(error) === "users_username_key" ? new AppError("USERNAME_TAKEN") : error;
    }
    await recordAudit(tx, {}, { action: "account.registered", actor: null, target: { id, name: email } });
    await setSuperuser(tx, {}, { actor: null, userId: id, isGranted: true });
    const { url } = await issueEmailToken(tx, services, "resetPassword", { id, email });
    return { url };
  });
}

/** Makes a superuser an ordinary user. @throws AppError NOT_FOUND; LAST_SUPERUSER. */
export async function removeSuperuser({ database }: ShellPorts, email: string): Promise<void> {
  await database.db.transaction(async (tx) => {
    await lockSuperusers(tx);
    const user = await findUser(tx, email);
    if (user === null) throw new AppError("NOT_FOUND");
    await setSuperuser(tx, {}, { actor: null, userId: user.id, isGranted: false });
  });
}

/** Creates a link with which a user chooses a new password. @throws AppError NOT_FOUND; ACCOUNT_SUSPENDED. */
export async function createPasswordLink(services: ShellPorts, email: string): Promise<string> {
  const user = await findUser(services.database.db, email);
  if (user === null) throw new AppError("NOT_FOUND");
  assertActive(user);
  return services.database.db.transaction(async (tx) => {
    await recordAudit(
      tx,
      {},
      {
        action: "account.passwordLinkCreated",
        actor: null,
        target: { id: user.id, name: user.email },
      },
    );
    const { url } = await issueEmailToken(tx, services, "resetPassword", user);
    return url;
  });
}

/**
 * Removes the second factor of somebody who has lost it, such as of the only superuser, and ends all their sessions.
 * Running servers notice within two seconds.
 * @throws AppError NOT_FOUND, also for an account without a second factor.
 */
export async function removeLostSecondFactor(services: ShellPorts, email: string): Promise<void> {
  await services.database.db.transaction(async (tx) => {
    const user = await findUser(tx, email);
    if (user === null || !(await removeSecondFactor(tx, user.id))) throw new AppError("NOT_FOUND");
    const target = { id: user.id, name: user.email };
    await recordAudit(tx, {}, { action: "secondFactor.reset", actor: null, target });
    await endSessions(tx, services, isOwnSession(user.id));
  });
}

async function findUser(db: Executor, email: string) {
  const [found] = await db
    .select({
      id: users.id,
      email: users.email,
      emailVerified: users.emailVerified,
      deactivatedAt: users.deactivatedAt,
    })
    .from(users)
    .where(eq(users.email, email))
    .for("no key update");
  return found ?? null;
}

/** @throws AppError ACCOUNT_SUSPENDED */
function assertActive({ deactivatedAt }: { deactivatedAt: string | null }): void {
  if (deactivatedAt !== null) throw new AppError("ACCOUNT_SUSPENDED");
}
