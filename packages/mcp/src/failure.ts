import { fieldErrorsOf, type Reason, reasonOf, retryAfterOf, rolesOf } from "@mdreader/client";
import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";

/** A failure that a tool finds itself. */
export class ToolFailure extends Error {
  readonly reason: Reason;
  /** The next step for the agent, as a sentence. */
  readonly hint: string | undefined;

  constructor(reason: Reason, message: string, hint?: string) {
    super(message);
    this.reason = reason;
    this.hint = hint;
  }
}

/** A failure as an agent reads it. */
export interface FailureDescription {
  reason: string;
  message: string;
  hint?: string | undefined;
  fieldErrors?: Readonly<Record<string, string[]>> | undefined;
}

/** Describes anything that was thrown. Errors without a reason are not for agents. */
export function describeFailure(error: unknown): FailureDescription {
  if (error instanceof ToolFailure) return { reason: error.reason, message: error.message, hint: error.hint };
  const reason = reasonOf(error);
  if (reason === null || !(error instanceof Error)) {
    return { reason: "INTERNAL", message: "Something went wrong on the server. Try again later." };
  }
  const seconds = retryAfterOf(error);
  const wait =
    seconds === null ? undefined : `Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
  const roles = rolesOf(error);
  const role =
    roles === null ? undefined : `You need the ${roles.requiredRole} role; yours is ${roles.currentRole}.`;
  return {
    reason,
    message: error.message,
    hint: hints[reason] ?? role ?? wait,
    fieldErrors: fieldErrorsOf(error),
  };
}

const readAgain = "Read the document again; your change may already be in it.";

const hints: Partial<Record<Reason, string>> = {
  NOT_FOUND: "Check the ID. A key limited to one workspace can't access anything else.",
  SCOPE_MISSING: "Ask for an API key with this scope.",
  VERSION_CONFLICT: readAgain,
};

/** A failure on one line per field. */
export function formatFailure({ reason, message, hint, fieldErrors = {} }: FailureDescription): string {
  const fields = Object.entries(fieldErrors).map(([field, messages]) =>
    [field, messages.join("; ")].filter((part) => part !== "").join(": "),
  );
  return [`${reason}: ${message}`, ...fields, ...(hint === undefined ? [] : [hint])].join("\n");
}

/** Reports a failure with its reason, as tools do. */
export async function withProtocolErrors<T>(
  { describe }: { describe(error: unknown): FailureDescription },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, formatFailure(describe(error)));
  }
}
