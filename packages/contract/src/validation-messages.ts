import { z } from "zod";

/**
 * Describes why an input is invalid, in words that follow the name of its field: "must not be empty". Returns null for
 * problems that schemas describe themselves.
 */
function describeIssue(issue: z.core.$ZodRawIssue): string | null {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? "is required"
        : `must be ${typeNames[issue.expected] ?? issue.expected}`;
    case "too_small":
      return describeLimit(issue.origin, issue.minimum, issue.inclusive === false ? "more than" : "at least");
    case "too_big":
      return describeLimit(issue.origin, issue.maximum, issue.inclusive === false ? "less than" : "at most");
    case "invalid_format":
      return `must be ${formatNames[issue.format] ?? "in the expected format"}`;
    case "invalid_value":
      return `must be ${listFormat.format(issue.values.map((value) => JSON.stringify(value)))}`;
    case "unrecognized_keys":
      return `must not contain ${listFormat.format(issue.keys.map((key) => JSON.stringify(key)))}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "custom":
    case "invalid_element":
    case "invalid_key":
    case "invalid_union":
      return null;
  }
}

const listFormat = new Intl.ListFormat("en", { type: "disjunction" });

const typeNames: Record<string, string> = {
  array: "a list",
  boolean: "true or false",
  date: "a date",
  int: "a whole number",
  null: "null",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "text",
};

const formatNames: Record<string, string> = {
  base64: "base64",
  date: "a date, such as 2026-01-31",
  datetime: "a time in UTC, such as 2026-01-31T12:00:00Z",
  email: "a valid email address",
  url: "a valid URL",
  uuid: "a UUID",
};

/** The units that a limit counts; numbers and dates are compared as they are. */
const units: Record<string, readonly [one: string, many: string]> = {
  array: ["item", "items"],
  set: ["item", "items"],
  map: ["item", "items"],
  string: ["character", "characters"],
};

function describeLimit(origin: string, limit: number | bigint, comparison: string): string {
  const unit = units[origin];
  if (unit === undefined) return `must be ${comparison} ${limit}`;
  if (comparison === "at least" && Number(limit) === 1) return "must not be empty";
  return `must have ${comparison} ${limit} ${Number(limit) === 1 ? unit[0] : unit[1]}`;
}

// Zod's own messages are technical English. This applies to all schemas of the process.
z.config({ customError: describeIssue });
