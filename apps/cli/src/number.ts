import { Failure } from "./failure.ts";

/** Parses an option or operand that must be a positive integer. @param what Its name in the message. @throws Failure */
export function parsePositive(given: string, what: string): number {
  const number = Number(given);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Failure("USAGE", `${what} must be a positive integer.`);
}
