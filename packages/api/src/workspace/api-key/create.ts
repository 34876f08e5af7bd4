import { type Person, type WorkspaceApiKey, type WorkspaceApiKeyCreateInput } from "@mdreader/contract";
import { apiKeys, createId, type Tx, users, workspaceMembers } from "@mdreader/db";
import { and, count, eq, isNull } from "drizzle-orm";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import { type MembershipMutation, mutateMembers } from "../../access/authorized-transaction.ts";
import type { Caller } from "../../access/identity.ts";
import { hasCallerSecondFactor } from "../../access/second-factor-proof.ts";
import { assertEmailVerifiedIfRequired } from "../../auth/account/registration.ts";
import { recordAudit } from "../../auth/admin/audit/record.ts";
import { createKeySecret, type NewKeySecret } from "../../auth/api-key/secret.ts";
import { noPassword } from "../../auth/password/password-hash.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { addDaysToNow } from "../../util/days-from-now.ts";
import { assertRoleIncludes } from "../member/manage-role.ts";
import { workspaceKeyColumns } from "./columns.ts";

/** Maximum number of keys per workspace. */
const maxKeysPerWorkspace = 100;

/**
 * Creates an API key that belongs to a workspace. It acts as a service account of its own, whose role is its own too, so that
 * access is checked as for people, and nothing depends on the creator. The secret is returned once and not stored.
 * @throws AppError ROLE_TOO_LOW for a role above the caller's; LIMIT_REACHED; EMAIL_NOT_VERIFIED where domains of addresses
 *   are limited.
 */
export async function createWorkspaceApiKey(
  ctx: Context,
  access: WorkspaceAccess<"apiKey.create">,
  input: WorkspaceApiKeyCreateInput,
): Promise<WorkspaceApiKey & { secret: string }> {
  const created = createKeySecret();
  const key = await mutateMembers(ctx, "apiKey.create", access, {}, async (change) => {
    const { tx, workspaceId, role } = change;
    const { caller } = access;
    assertRoleIncludes(role, input.role);
    const { emailVerified, ...createdBy } = await readCreator(tx, caller.userId);
    await assertEmailVerifiedIfRequired(tx, ctx, { emailVerified });
    await assertMoreKeysAllowed(tx, workspaceId);
    const inserted = await insertKey(ctx, change, { ...input, ...created, caller });
    await recordAudit(tx, ctx, {
      action: "apiKey.created",
      actor: caller,
      target: { id: inserted.id, name: input.name },
      workspaceId,
      details: { scopes: inserted.scopes.join(", "), role: input.role },
    });
    return { ...inserted, role: input.role, createdBy };
  });
  return { ...key, secret: created.secret };
}

/** Reads the account of the creator, which is locked. @throws AppError SESSION_ENDED */
async function readCreator(tx: Tx, userId: string): Promise<Person & { emailVerified: boolean }> {
  const [creator] = await tx
    .select({
      id: users.id,
      username: users.username,
      fullName: users.fullName,
      emailVerified: users.emailVerified,
    })
    .from(users)
    .where(eq(users.id, userId));
  if (creator === undefined) throw new AppError("SESSION_ENDED");
  return creator;
}

/** Keys are counted under the workspace's membership lock. @throws AppError LIMIT_REACHED. */
async function assertMoreKeysAllowed(tx: Tx, workspaceId: string): Promise<void> {
  const [counted] = await tx
    .select({ keys: count() })
    .from(apiKeys)
    .innerJoin(users, and(eq(users.id, apiKeys.userId), eq(users.isServiceAccount, true)))
    .where(and(eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt)));
  if (counted === undefined || counted.keys >= maxKeysPerWorkspace) throw new AppError("LIMIT_REACHED");
}

interface NewKey extends WorkspaceApiKeyCreateInput, Pick<NewKeySecret, "stored"> {
  caller: Caller;
}

/** Inserts a key, with its service account and the account's role. */
async function insertKey(
  ctx: Context,
  { tx, workspaceId }: MembershipMutation,
  { name, role, scopes, expiresInDays, stored, caller }: NewKey,
) {
  const [userId, id] = [createId(), createId()];
  await tx.insert(users).values({
    id: userId,
    // Not an address, so that no sign-in, invitation or reset of a password finds it.
    email: userId,
    // Unique, and distinct from the names that people choose.
    username: `${name} (API key ${id.slice(-8)})`,
    fullName: name,
    passwordHash: noPassword,
    emailVerified: true,
    isServiceAccount: true,
  });
  await tx.insert(workspaceMembers).values({ workspaceId, userId, role });
  const [inserted] = await tx
    .insert(apiKeys)
    .values({
      id,
      userId,
      workspaceId,
      createdBy: caller.userId,
      createdWithSecondFactor: hasCallerSecondFactor(caller),
      name,
      scopes: [...new Set(scopes)],
      ...stored,
      expiresAt: expiresInDays === undefined ? null : addDaysToNow(ctx, expiresInDays),
    })
    .returning(workspaceKeyColumns);
  if (inserted === undefined) throw new Error("no key was inserted");
  return inserted;
}
