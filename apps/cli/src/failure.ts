import {
  fieldErrorsOf,
  isUnreachable,
  type Reason,
  type Role,
  reasonOf,
  retryAfterOf,
  rolesOf,
} from "@mdreader/client";

import { describeFileError, errorCode, isFileError } from "./files.ts";

/** Exit codes of the process. */
export const exitCodes = { done: 0, failed: 1, usage: 2, partly: 3, interrupted: 130 } as const;

/** Reasons of failures that occur on the client. */
export type LocalReason =
  | "USAGE"
  | "AMBIGUOUS"
  | "UNREACHABLE"
  | "FILE"
  | "CREDENTIALS"
  | "INTERRUPTED"
  | "UNEXPECTED";

/** One of the items that a name may refer to. */
export interface Candidate {
  id: string;
  name: string;
}

/** A failure with a message for the user. */
export class Failure extends Error {
  readonly reason: LocalReason | Reason;
  /** The next step for the user, as a sentence. */
  readonly hint: string | undefined;
  /** The items that an ambiguous name may refer to. */
  readonly candidates: readonly Candidate[] | undefined;

  constructor(
    reason: LocalReason | Reason,
    message: string,
    details: { hint?: string; candidates?: readonly Candidate[]; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.reason = reason;
    this.hint = details.hint;
    this.candidates = details.candidates;
  }
}

/** A connection to the server that was lost outside of a call. */
export class ConnectionError extends Error {}

/** Whether the server can't be reached. */
export const isConnectionError = (error: unknown): boolean =>
  error instanceof ConnectionError || isUnreachable(error);

/** Runs `work` and reports file errors as a failure of the file named on the command line. */
export async function withFileFailure<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (errorCode(cause) === null) throw cause;
    throw new Failure("FILE", `${name} ${describeFileError(cause)}.`, { cause });
  }
}

/** A failure as it is printed. */
export interface FailureReport {
  reason: LocalReason | Reason;
  message: string;
  hint?: string;
  fieldErrors?: Record<string, string[]>;
  /** The lowest role that permits a call, and the caller's, if that is too low. */
  requiredRole?: Role;
  currentRole?: Role;
  candidates?: readonly Candidate[];
}

/** The server and the credential in use, which the hints depend on. */
export interface ErrorContext {
  url: string;
  usesToken: boolean;
}

export function toExitCode({ reason }: FailureReport): number {
  if (reason === "USAGE") return exitCodes.usage;
  return reason === "INTERRUPTED" ? exitCodes.interrupted : exitCodes.failed;
}

export function describeError(error: unknown, context: ErrorContext): FailureReport {
  const failure = findFailure(error);
  if (failure !== null) {
    const { reason, message, hint, candidates } = failure;
    return {
      reason,
      message,
      ...(hint !== undefined && { hint }),
      ...(candidates !== undefined && { candidates }),
    };
  }
  const reason = reasonOf(error);
  if (reason !== null) return describeRejection(reason, error, context);
  if (isConnectionError(error)) return describeUnreachable(error, context);
  return { reason: "UNEXPECTED", message: toMessage(error) };
}

/** The `Failure` among the causes of an error. A call that needs a token wraps failures of the token store. */
function findFailure(error: unknown): Failure | null {
  return listCauses(error).find((cause) => cause instanceof Failure) ?? null;
}

/** The message of an error. */
const toMessage = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** A one-line message for an item in a list of problems. */
export function toShortMessage(error: unknown): string {
  const problems = Object.entries(fieldErrorsOf(error)).flatMap(([field, messages]) =>
    messages.map((message) => (field === "" ? message : `${field} ${message}`)),
  );
  if (problems.length > 0) return problems.join("; ");
  return isFileError(error) ? describeFileError(error) : toMessage(error);
}

function describeRejection(reason: Reason, error: unknown, context: ErrorContext): FailureReport {
  const fieldErrors = fieldErrorsOf(error);
  const hint = hints[reason]?.(context, error) ?? null;
  // A hint with the exact wait replaces the message's own advice.
  const hasWait = hints[reason] === retryHint && hint !== null;
  return {
    reason,
    message: hasWait ? toMessage(error).replace(/ Try again [^.]*\.$/, "") : toMessage(error),
    ...(hint !== null && { hint }),
    ...rolesOf(error),
    ...(Object.keys(fieldErrors).length > 0 && { fieldErrors }),
  };
}

type Hint = (context: ErrorContext, error: unknown) => string | null;

const loginHint = "Sign in with: mdreader login";
const loginInsteadHint = "Unset MDREADER_TOKEN and sign in with: mdreader login";

const signInHint: Hint = ({ url, usesToken }) =>
  usesToken ? `${url} rejected the token in MDREADER_TOKEN. ${loginInsteadHint}` : loginHint;

const retryHint: Hint = (_, error) => {
  const seconds = retryAfterOf(error);
  return seconds === null ? null : `Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
};

/** Hints for the next step. Most messages need none. */
const hints: Partial<Record<Reason, Hint>> = {
  UNAUTHENTICATED: signInHint,
  TOKEN_INVALID: signInHint,
  TOKEN_EXPIRED: signInHint,
  SESSION_ENDED: signInHint,
  SECOND_FACTOR_REQUIRED: () => "Pass it with --code, or sign in through a browser with: mdreader login",
  SECOND_FACTOR_SETUP_REQUIRED: ({ url }) => `Set it up at ${url}/second-factor`,
  WORKSPACE_SECOND_FACTOR_REQUIRED: ({ url, usesToken }) =>
    usesToken
      ? `Set it up at ${url}/second-factor, and then create the API key again`
      : `Set it up at ${url}/second-factor`,
  EMAIL_TAKEN: () => loginHint,
  PASSWORD_SIGN_IN_DISABLED: () => loginHint,
  ROLE_TOO_LOW: (_, error) => {
    const roles = rolesOf(error);
    const advice = "See what you can do with: mdreader member explain";
    return roles === null
      ? advice
      : `You need the ${roles.requiredRole} role; yours is ${roles.currentRole}. ${advice}`;
  },
  SCOPE_MISSING: () => loginInsteadHint,
  ACCOUNT_SESSION_REQUIRED: () => loginInsteadHint,
  NOT_FOUND: () => "Check the name or ID, and run mdreader whoami to see which account you're using.",
  RATE_LIMITED: retryHint,
  UNAVAILABLE: retryHint,
};

function describeUnreachable(error: unknown, { url }: ErrorContext): FailureReport {
  const cause = listCauses(error).at(-1);
  if (cause instanceof SyntaxError) {
    return {
      reason: "UNREACHABLE",
      message: `The server at ${url} isn't an MDReader server.`,
      hint: "Set MDREADER_URL to the address of your server.",
    };
  }
  const code = errorCode(cause);
  return {
    reason: "UNREACHABLE",
    message: `Can't reach MDReader at ${url} (${code ?? toMessage(cause).replace(/\.$/, "")}).`,
    hint: suggestAddress(url, code),
  };
}

/** The codes of OpenSSL for certificates without a known authority. */
const untrusted = /SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)/;

/** The next step after a lost connection, which depends on the address. */
function suggestAddress(url: string, code: string | null): string {
  const { protocol, host, hostname } = new URL(url);
  if (protocol === "https:" && code !== null && /^ERR_SSL_(?:WRONG_VERSION|PACKET_LENGTH)/.test(code))
    return `The server doesn't use TLS. Set MDREADER_URL to http://${host}`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return `The host ${hostname} doesn't exist. Set MDREADER_URL to the address of your server.`;
  if (code !== null && untrusted.test(code))
    return "The server's certificate isn't trusted. If you trust its authority, set NODE_EXTRA_CA_CERTS to the file with the authority's certificate.";
  if (code === "CERT_HAS_EXPIRED" || code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return "The server's certificate has expired, or is for another host. Set MDREADER_URL to the address of your server.";
  if (code === "ECONNREFUSED" && /^(?:localhost|127\.|\[::1\])/.test(hostname))
    return "Start the server, or set MDREADER_URL to its address.";
  return "Check your connection, and that MDREADER_URL is the address of your server.";
}

/** An error and its causes, down to the root cause. */
function listCauses(error: unknown): Error[] {
  return error instanceof Error ? [error, ...listCauses(error.cause)] : [];
}
