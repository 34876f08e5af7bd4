import { Failure } from "../failure.ts";

const id = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether an operand is an ID. Everything else is a name or a path. */
export const isId = (given: string): boolean => id.test(given);

/** Checks an operand that must be an ID, because the item has no name. @throws Failure */
export function parseId(given: string, what: string): string {
  if (isId(given)) return given;
  throw new Failure("USAGE", `${given} isn't the ID of a ${what}.`);
}
