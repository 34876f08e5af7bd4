import type { Reason } from "../errors.ts";
import { type Action, can, policy } from "../policy.ts";
import { procedureNotes } from "./index.ts";
import type { ProcedureNotes } from "./notes.ts";

/** The name of a procedure, such as `document.update`. */
export type ProcedureName = keyof typeof procedureNotes;

/** Reasons for which any call can fail. */
const universalReasons = [
  "BAD_INPUT",
  "PAYLOAD_TOO_LARGE",
  "RATE_LIMITED",
  "CLIENT_TOO_OLD",
  "SERVER_TOO_OLD",
  "UNAVAILABLE",
  "INTERNAL",
] as const satisfies readonly Reason[];

/** Reasons that depend on who calls, on the resource and on the kind of procedure. */
const sessionReasons = [
  "UNAUTHENTICATED",
  "TOKEN_INVALID",
  "TOKEN_EXPIRED",
  "SESSION_ENDED",
] as const satisfies readonly Reason[];
const accessReasons = [
  "NOT_FOUND",
  "ROLE_TOO_LOW",
  "SUPERUSER_REQUIRED",
  "SCOPE_MISSING",
  "KEY_LIMITED_TO_WORKSPACE",
  "ACCOUNT_SESSION_REQUIRED",
  "SECOND_FACTOR_SETUP_REQUIRED",
  "WORKSPACE_SECOND_FACTOR_REQUIRED",
] as const satisfies readonly Reason[];
const pagingReasons = ["BAD_CURSOR"] as const satisfies readonly Reason[];
const idempotencyReasons = [
  "IDEMPOTENCY_KEY_REUSED",
  "RESULT_NOT_STORED",
] as const satisfies readonly Reason[];

/** A reason that is not particular to a procedure. */
export type CommonReason =
  | (typeof universalReasons)[number]
  | (typeof sessionReasons)[number]
  | (typeof accessReasons)[number]
  | (typeof pagingReasons)[number]
  | (typeof idempotencyReasons)[number];

/**
 * The reasons for which a procedure can fail: those that it declares, and the common ones. A newer server may give others,
 * for which `reasonOf` returns null.
 */
export type ErrorsOf<Name extends ProcedureName> =
  | ((typeof procedureNotes)[Name] extends { errors: readonly (infer Own extends Reason)[] } ? Own : never)
  | CommonReason;

/** Facts on which the common reasons of a procedure depend. */
export interface ProcedureKind {
  type: "query" | "mutation" | "subscription";
  action: Action | "public";
  /** Whether it returns pages of a list. */
  isPaged: boolean;
  /** Whether an idempotency key has no effect, because the mutation can be repeated without one. */
  isRepeatable: boolean;
}

/** Lists the reasons for which a procedure can fail: first the common ones of its kind, then its own. */
export function listReasons(
  name: ProcedureName,
  { type, action, isPaged, isRepeatable }: ProcedureKind,
): Reason[] {
  const isKeyed = type === "mutation" && action !== "public" && !isRepeatable;
  const { errors = [] }: ProcedureNotes = procedureNotes[name];
  const listed: Reason[] = [
    ...universalReasons,
    ...(isPaged ? pagingReasons : []),
    ...(isKeyed ? idempotencyReasons : []),
    ...(action === "public" ? [] : listAccessReasons(action)),
    ...errors,
  ];
  return [...new Set(listed)];
}

/** Lists the reasons for which authentication and authorization can fail. */
function listAccessReasons(action: Action): Reason[] {
  const { role, scope, allowsLimitedKeys, precedesSecondFactor, allowsMissingFactor } = policy[action];
  const callerReasons: Reason[] = [
    ...sessionReasons,
    scope === "session" ? "ACCOUNT_SESSION_REQUIRED" : "SCOPE_MISSING",
  ];
  if (precedesSecondFactor !== true) callerReasons.push("SECOND_FACTOR_SETUP_REQUIRED");
  if (role !== null && role !== "superuser") {
    const memberReasons: Reason[] = ["NOT_FOUND"];
    if (allowsMissingFactor !== true) memberReasons.push("WORKSPACE_SECOND_FACTOR_REQUIRED");
    return [
      ...callerReasons,
      ...memberReasons,
      ...(can("viewer", action) ? [] : (["ROLE_TOO_LOW"] as const)),
    ];
  }
  if (scope !== "session" && allowsLimitedKeys !== true) callerReasons.push("KEY_LIMITED_TO_WORKSPACE");
  return role === null ? callerReasons : [...callerReasons, "SUPERUSER_REQUIRED"];
}

/** Whether a name from outside is one of a procedure. */
export const isProcedureName = (name: string): name is ProcedureName => Object.hasOwn(procedureNotes, name);
