import { fieldErrorsOf, isUnreachable, type Reason, reasonOf, retryAfterOf } from "@mdreader/client";

import { codeOf, fileProblem } from "./files.ts";

/** How a command ends, as the exit code of the process. */
export const exitCodes = { done: 0, failed: 1, usage: 2, partly: 3, interrupted: 130 } as const;

/** Why something fails on this side of the wire. */
export type LocalReason = "USAGE" | "UNREACHABLE" | "FILE" | "CREDENTIALS" | "INTERRUPTED" | "UNEXPECTED";

/** A failure that is told as it is. */
export class Failure extends Error {
  readonly reason: LocalReason | Reason;
  /** What to do next, as a sentence. */
  readonly hint: string | undefined;

  constructor(
    reason: LocalReason | Reason,
    message: string,
    details: { hint?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.reason = reason;
    this.hint = details.hint;
  }
}

/** Tells what fails with files as a failure of the one that was named on the command line. */
export async function fileFailure<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (codeOf(cause) === null) throw cause;
    throw new Failure("FILE", `${name}: ${fileProblem(cause)}.`, { cause });
  }
}

/** A failure as people and programs are told of it. */
export interface Described {
  reason: LocalReason | Reason;
  message: string;
  hint?: string;
  fieldErrors?: Record<string, string[]>;
}

/** Where the server is and how we showed who we are: the hints depend on it. */
export interface Circumstances {
  url: string;
  usesToken: boolean;
}

export function exitCodeOf({ reason }: Described): number {
  if (reason === "USAGE") return exitCodes.usage;
  return reason === "INTERRUPTED" ? exitCodes.interrupted : exitCodes.failed;
}

export function describe(error: unknown, circumstances: Circumstances): Described {
  const failure = failureIn(error);
  if (failure !== null) {
    const { reason, message, hint } = failure;
    return { reason, message, ...(hint !== undefined && { hint }) };
  }
  const reason = reasonOf(error);
  if (reason !== null) return refused(reason, error, circumstances);
  if (isUnreachable(error)) return unreachable(error, circumstances);
  return { reason: "UNEXPECTED", message: messageOf(error) };
}

/** A failure of ours, inside whatever wraps it: what the token store says comes out of a call that needed a token. */
function failureIn(error: unknown): Failure | null {
  return causesOf(error).find((cause) => cause instanceof Failure) ?? null;
}

/** What the error itself says. */
export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What went wrong with one thing of many, on one line. */
export function inBrief(error: unknown): string {
  const problems = Object.entries(fieldErrorsOf(error)).flatMap(([field, messages]) =>
    messages.map((message) => (field === "" ? message : `${field} ${message}`)),
  );
  return problems.length > 0 ? problems.join("; ") : messageOf(error);
}

function refused(reason: Reason, error: unknown, circumstances: Circumstances): Described {
  const fieldErrors = fieldErrorsOf(error);
  const hint = hints[reason]?.(circumstances, error) ?? null;
  return {
    reason,
    message: messageOf(error),
    ...(hint !== null && { hint }),
    ...(Object.keys(fieldErrors).length > 0 && { fieldErrors }),
  };
}

type Hint = (circumstances: Circumstances, error: unknown) => string | null;

const toLogin = "Sign in with: mdreader login";
const toLoginInstead = "Unset MDREADER_TOKEN and sign in with: mdreader login";

const asSomebody: Hint = ({ url, usesToken }) =>
  usesToken ? `${url} does not take the token in MDREADER_TOKEN. ${toLoginInstead}` : toLogin;

const later: Hint = (_, error) => {
  const seconds = retryAfterOf(error);
  return seconds === null ? null : `Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
};

/** What to do next. Most reasons say it themselves. */
const hints: Partial<Record<Reason, Hint>> = {
  UNAUTHENTICATED: asSomebody,
  TOKEN_INVALID: asSomebody,
  TOKEN_EXPIRED: asSomebody,
  SESSION_ENDED: asSomebody,
  EMAIL_TAKEN: () => toLogin,
  SCOPE_MISSING: () => toLoginInstead,
  ACCOUNT_SESSION_REQUIRED: () => toLoginInstead,
  NOT_FOUND: () => "Check the id, and with mdreader whoami that you are signed in as the right person.",
  RATE_LIMITED: later,
  UNAVAILABLE: later,
};

function unreachable(error: unknown, { url }: Circumstances): Described {
  const cause = causesOf(error).at(-1);
  if (cause instanceof SyntaxError) {
    return {
      reason: "UNREACHABLE",
      message: `What answers at ${url} is not MDReader.`,
      hint: "Set MDREADER_URL to the address of your server.",
    };
  }
  return {
    reason: "UNREACHABLE",
    message: `Can't reach MDReader at ${url} (${codeOf(cause) ?? messageOf(cause)}).`,
    hint: "Start it with: pnpm start. Or set MDREADER_URL to the address of your server.",
  };
}

/** An error and what caused it, down to the first of all. */
function causesOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
