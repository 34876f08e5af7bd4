import type { RegisterInput } from "@mdreader/contract";
import { type Executor, workspaceInvitations } from "@mdreader/db";
import { and, eq, isNull, or } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { isPending } from "../../workspace/invitation/pending.ts";
import { readInstanceSettings } from "../admin/settings/instance-settings.ts";
import { assertSetupToken } from "../admin/setup-link.ts";
import { hashSecret } from "../secrets.ts";

type Registration = Pick<RegisterInput, "email" | "invitationToken" | "setupToken">;

/**
 * Ensures that the instance's settings let a person register. The setup link of a new server works regardless of them.
 * @throws AppError REGISTRATION_CLOSED; REGISTRATION_BY_INVITATION; EMAIL_DOMAIN_NOT_ALLOWED; SETUP_LINK_INVALID.
 */
export async function assertMayRegister(ctx: Context, registration: Registration): Promise<void> {
  const { db } = ctx.database;
  const { email, invitationToken, setupToken } = registration;
  if (setupToken !== undefined) return assertSetupToken(db, ctx, setupToken);
  const { registration: mode, allowedEmailDomains } = await readInstanceSettings(db, ctx);
  if (mode === "closed") throw new AppError("REGISTRATION_CLOSED");
  if (mode === "invitation" && !(await isInvited(db, ctx, email, invitationToken))) {
    throw new AppError("REGISTRATION_BY_INVITATION");
  }
  assertDomainAllowed(allowedEmailDomains, email);
}

/**
 * Ensures that the instance's settings allow an account with an address. Whether people may register at all is up to
 * the settings of the identity provider that knows them.
 * @throws AppError EMAIL_DOMAIN_NOT_ALLOWED
 */
export async function assertEmailAllowed(db: Executor, ctx: Context, email: string): Promise<void> {
  const { allowedEmailDomains } = await readInstanceSettings(db, ctx);
  assertDomainAllowed(allowedEmailDomains, email);
}

/**
 * Ensures that an account's address is verified if the instance limits the domains of addresses: anyone can register
 * with an address of an allowed domain, but only its owner can verify it.
 * @throws AppError EMAIL_NOT_VERIFIED
 */
export async function assertEmailVerifiedIfRequired(
  db: Executor,
  ctx: Context,
  { emailVerified }: { emailVerified: boolean },
): Promise<void> {
  if (emailVerified) return;
  const { allowedEmailDomains } = await readInstanceSettings(db, ctx);
  if (allowedEmailDomains.length > 0) throw new AppError("EMAIL_NOT_VERIFIED");
}

function assertDomainAllowed(allowed: readonly string[], email: string): void {
  if (allowed.length > 0 && !allowed.includes(toDomain(email)))
    throw new AppError("EMAIL_DOMAIN_NOT_ALLOWED");
}

const toDomain = (email: string) => email.slice(email.lastIndexOf("@") + 1);

/** Whether the token belongs to a pending invitation for this address, or for anyone with the link. */
async function isInvited(db: Executor, ctx: Context, email: string, token?: string): Promise<boolean> {
  if (token === undefined) return false;
  const found = await db
    .select({ id: workspaceInvitations.id })
    .from(workspaceInvitations)
    .where(
      and(
        eq(workspaceInvitations.tokenHash, hashSecret(token)),
        isPending(ctx),
        or(isNull(workspaceInvitations.email), eq(workspaceInvitations.email, email)),
      ),
    );
  return found.length > 0;
}
