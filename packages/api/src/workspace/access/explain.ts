import {
  type AccessDecision,
  type AccessExplainInput,
  type AccessExplanation,
  type AccessReason,
  can,
  isAtLeast,
  policy,
  getRequiredRole,
  type Role,
  type Scope,
  type WorkspaceAction,
  workspaceActions,
} from "@mdreader/contract";
import { documents, shareLinks, users, workspaceMembers, workspaces } from "@mdreader/db";
import { and, asc, eq, isNull, sql } from "drizzle-orm";

import { authorize } from "../../access/authorize.ts";
import type { WorkspaceCheck } from "../../access/resource-checks.ts";
import type { Services } from "../../context.ts";
import { isShareUnexpired } from "../../document/share/find.ts";
import { AppError } from "../../errors.ts";
import { readQuota, readUsedBytes } from "../../file/quota.ts";
import { memberColumns } from "../member/member.ts";

/** The facts that decide about a person's actions in a workspace. */
interface DecisionFacts {
  role: Role | null;
  isSuspended: boolean;
  /** Whether the workspace requires a second factor that the person lacks. */
  lacksRequiredFactor: boolean;
  /** The scopes of the API key in use; null for a session. */
  scopes: readonly Scope[] | null;
}

/** Reasons that concern only some actions. */
type SpecificReasons = Partial<Record<WorkspaceAction, AccessReason>>;

/**
 * Explains which actions someone may perform in a workspace, and why. Everyone may ask about themselves, with the
 * credential of the call, and admins about others. Someone who is not a member looks like someone who does not exist.
 *
 * @throws AppError ROLE_TOO_LOW or SCOPE_MISSING for another person; NOT_FOUND for a document of another workspace.
 */
export async function explainAccess(
  services: Pick<Services, "database" | "settings" | "clock">,
  check: WorkspaceCheck<"access.explain">,
  { workspaceId, userId, documentId, actions = [...workspaceActions] }: AccessExplainInput,
): Promise<AccessExplanation> {
  const { access, rows } = await check.select(selectMember(check, userId));
  const { caller, role: callerRole } = access;
  const isSelf = userId === undefined || userId === caller.userId;
  if (!isSelf) authorize("access.explainOthers", { caller, role: callerRole });
  const [member] = rows;
  const role = member?.role ?? null;
  const facts = {
    role,
    isSuspended: member?.isSuspended ?? false,
    // A caller who lacks it can't ask.
    lacksRequiredFactor: !isSelf && member?.secondFactorRequired === true && member.secondFactor === "none",
    scopes: isSelf ? caller.scopes : null,
  };
  const specific: SpecificReasons = {
    ...(actions.includes("file.upload") && (await findFullQuota(services, workspaceId))),
    ...(documentId !== undefined &&
      (await findLongestShare(services, { workspaceId, documentId, callerRole }))),
  };
  return {
    user:
      member === undefined ? null : { id: member.id, username: member.username, fullName: member.fullName },
    role,
    decisions: [...new Set(actions)].map((action) => decideAction(action, facts, specific[action])),
  };
}

/** The caller, or another person, if they are a member. Suspended members are found too. */
function selectMember({ db, subject }: WorkspaceCheck<"access.explain">, userId: string | undefined) {
  return db
    .select({
      id: users.id,
      username: users.username,
      fullName: users.fullName,
      role: workspaceMembers.role,
      isSuspended: sql<boolean>`${users.deactivatedAt} is not null`.as("is_suspended"),
      secondFactor: memberColumns.secondFactor,
      secondFactorRequired: workspaces.secondFactorRequired,
    })
    .from(workspaceMembers)
    .innerJoin(workspaces, eq(workspaces.id, workspaceMembers.workspaceId))
    .innerJoin(users, eq(users.id, workspaceMembers.userId))
    .where(
      and(
        eq(workspaceMembers.workspaceId, subject.workspaceId),
        eq(workspaceMembers.userId, userId ?? subject.userId),
      ),
    );
}

/**
 * Decides about one action as `authorize()` does. Other conditions for actions, such as groups and
 * restricted folders, will add their reasons here.
 */
export function decideAction(
  action: WorkspaceAction,
  { role, isSuspended, lacksRequiredFactor, scopes }: DecisionFacts,
  specific?: AccessReason,
): AccessDecision {
  const required = getRequiredRole(action);
  const { scope, allowsMissingFactor } = policy[action];
  const reasons: AccessReason[] = [{ kind: "membership", permits: role !== null }];
  if (role !== null) reasons.push({ kind: "role", permits: isAtLeast(role, required), role, required });
  if (isSuspended) reasons.push({ kind: "suspension", permits: false });
  if (lacksRequiredFactor && allowsMissingFactor !== true)
    reasons.push({ kind: "secondFactor", permits: false });
  if (scopes !== null)
    reasons.push({
      kind: "scope",
      permits: scope !== "session" && scopes.includes(scope),
      scopes: [...scopes],
      required: scope,
    });
  if (specific !== undefined) reasons.push(specific);
  return { action, isAllowed: reasons.every(({ permits }) => permits), reasons };
}

async function findFullQuota(
  { database: { db }, settings }: Pick<Services, "database" | "settings">,
  workspaceId: string,
): Promise<SpecificReasons> {
  const usedBytes = await readUsedBytes(db, workspaceId);
  const quotaBytes = await readQuota(db, settings, workspaceId);
  return usedBytes < quotaBytes
    ? {}
    : { "file.upload": { kind: "quota", permits: false, usedBytes, quotaBytes } };
}

/** Finds the public link that lasts longest, for callers who may see the links of documents. */
async function findLongestShare(
  { database: { db }, clock }: Pick<Services, "database" | "clock">,
  { workspaceId, documentId, callerRole }: { workspaceId: string; documentId: string; callerRole: Role },
): Promise<SpecificReasons> {
  const [found] = await db
    .select({ shareId: shareLinks.id, expiresAt: shareLinks.expiresAt })
    .from(documents)
    .leftJoin(shareLinks, and(eq(shareLinks.documentId, documents.id), isShareUnexpired({ clock })))
    .where(
      and(eq(documents.id, documentId), eq(documents.workspaceId, workspaceId), isNull(documents.deletedAt)),
    )
    .orderBy(sql`${shareLinks.expiresAt} desc nulls first`, asc(shareLinks.id))
    .limit(1);
  if (found === undefined) throw new AppError("NOT_FOUND");
  return found.shareId === null || !can(callerRole, "share.list")
    ? {}
    : { "document.read": { kind: "share", permits: true, expiresAt: found.expiresAt } };
}
