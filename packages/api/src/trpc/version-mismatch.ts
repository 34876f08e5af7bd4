import { compareContract, type Reason } from "@mdreader/contract";
import { TRPCError } from "@trpc/server";
import { z } from "zod";

import { AppError } from "../errors.ts";

/** A failed call. */
interface FailedCall {
  error: unknown;
  /** The client's version of the contract, if it sent one. */
  contract: string | undefined;
  /** Whether there is no procedure of the called name. */
  isUnknownProcedure: boolean;
}

/**
 * Finds the reason for a call that failed because the client's contract is older or newer than the server's: the
 * procedure does not exist, or does not take an input of this shape. Null for all other failures, and if both sides have
 * the same contract.
 */
export function findVersionMismatch({ error, contract, isUnknownProcedure }: FailedCall): Reason | null {
  if (contract === undefined || !(isUnknownProcedure || hasShapeIssue(error))) return null;
  const order = compareContract(contract);
  if (order === null) return null;
  return order === "older" ? "CLIENT_TOO_OLD" : "SERVER_TOO_OLD";
}

/** The kinds of issues that an input of another version has, unlike the mistakes of a person. */
const shapeIssues: ReadonlySet<string> = new Set([
  "unrecognized_keys",
  "invalid_type",
  "invalid_value",
  "invalid_union",
]);

function hasShapeIssue(thrown: unknown): boolean {
  if (thrown instanceof z.ZodError) return thrown.issues.some(({ code }) => shapeIssues.has(code));
  const isWrapper = thrown instanceof TRPCError || thrown instanceof AppError;
  return isWrapper && thrown.cause !== undefined && hasShapeIssue(thrown.cause);
}
