import { compareContract, type Reason } from "@mdreader/contract";
import { TRPCError } from "@trpc/server";
import { z } from "zod";

import { AppError } from "../errors.ts";

/**
 * Finds the reason for a call that failed because the client's contract is older or newer than the server's: the
 * procedure does not exist, or does not take an input of this shape. Null for all other failures, and if both sides have
 * the same contract.
 * @param contract The client's version of the contract, if it sent one.
 * @param isUnknownProcedure Whether there is no procedure of the called name.
 */
export function findVersionMismatch(
  thrown: unknown,
  contract: string | undefined,
  isUnknownProcedure: boolean,
): Reason | null {
  if (contract === undefined || !(isUnknownProcedure || hasOtherShape(thrown))) return null;
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

function hasOtherShape(thrown: unknown): boolean {
  if (thrown instanceof z.ZodError) return thrown.issues.some(({ code }) => shapeIssues.has(code));
  const isWrapper = thrown instanceof TRPCError || thrown instanceof AppError;
  return isWrapper && thrown.cause !== undefined && hasOtherShape(thrown.cause);
}
