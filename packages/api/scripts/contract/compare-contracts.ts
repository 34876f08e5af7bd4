import { isAtLeast } from "@mdreader/contract";

import type { ContractDescription, ProcedureDescription, Schema } from "./describe-contract.ts";

/**
 * Lists the changes that break clients of the earlier contract: what they call must still exist, accept what they send,
 * and return what they read. Additions are no breaks.
 */
export function findBreaks(before: ContractDescription, after: ContractDescription): string[] {
  const reasons = before.reasons.filter((reason) => !after.reasons.includes(reason));
  return [
    ...reasons.map((reason) => `reason ${reason} was removed`),
    ...Object.entries(before.policy).flatMap(([action, row]) =>
      comparePolicy(action, row, after.policy[action]),
    ),
    ...Object.entries(before.procedures).flatMap(([name, procedure]) =>
      compareProcedures(name, procedure, after.procedures[name]),
    ),
  ];
}

type PolicyRow = ContractDescription["policy"][string];

function comparePolicy(action: string, before: PolicyRow, after: PolicyRow | undefined): string[] {
  if (after === undefined) return [`action ${action} was removed`];
  return includesRole(before.role, after.role) && before.scope === after.scope
    ? []
    : [`action ${action} requires another role or scope`];
}

/** Whether everyone who performed an action can still do so: it requires the same role, or a lower one. */
function includesRole(before: PolicyRow["role"], after: PolicyRow["role"]): boolean {
  if (before === after) return true;
  const areMembers = before !== null && before !== "superuser" && after !== null && after !== "superuser";
  return areMembers && isAtLeast(before, after);
}

function compareProcedures(
  name: string,
  before: ProcedureDescription,
  after: ProcedureDescription | undefined,
): string[] {
  if (after === undefined) return [`${name} was removed`];
  if (before.type !== after.type) return [`${name} is a ${after.type} instead of a ${before.type}`];
  const output =
    before.output === null || after.output === null
      ? []
      : compareSchemas(`${name} output`, before.output, after.output, "output");
  return [...compareSchemas(`${name} input`, before.input, after.input, "input"), ...output];
}

/** Inputs may accept more, and outputs may contain more fields, but not the reverse. */
type Direction = "input" | "output";

function compareSchemas(path: string, before: Schema, after: Schema, direction: Direction): string[] {
  const some = listAlternatives(before);
  const others = listAlternatives(after);
  if (some.length > 1 || others.length > 1) return compareAlternatives(path, some, others, direction);
  return [
    ...compareKinds(path, before, after, direction),
    ...compareProperties(path, before, after, direction),
    ...compareItems(path, before, after, direction),
    ...(direction === "input" ? compareLimits(path, before, after) : []),
  ];
}

function listAlternatives(schema: Schema): Schema[] {
  const alternatives = schema["anyOf"] ?? schema["oneOf"];
  return Array.isArray(alternatives) ? alternatives.filter(isSchema).flatMap(listAlternatives) : [schema];
}

/** Each alternative that one side sends must be one that the other side knows. A reader ignores new ones. */
function compareAlternatives(
  path: string,
  before: Schema[],
  after: Schema[],
  direction: Direction,
): string[] {
  return before.flatMap((one) => {
    const attempts = after.map((other) => compareSchemas(path, one, other, direction));
    return attempts.some((breaks) => breaks.length === 0)
      ? []
      : [`${path} no longer allows ${describe(one)}`];
  });
}

const describe = (schema: Schema): string =>
  JSON.stringify(schema["const"] ?? schema["enum"] ?? schema["type"] ?? schema);

function compareKinds(path: string, before: Schema, after: Schema, direction: Direction): string[] {
  if (Object.keys(after).every((key) => key === "$schema")) return [];
  const values = listValues(before);
  const others = listValues(after);
  if (values !== null && others !== null) {
    const gone = values.filter((value) => !others.includes(value));
    return gone.map((value) => `${path} no longer allows ${JSON.stringify(value)}`);
  }
  if (direction === "input" && values === null && others !== null) return [`${path} allows only some values`];
  const isSame = JSON.stringify(before["type"]) === JSON.stringify(after["type"]);
  const isWidened = direction === "input" && before["type"] === "integer" && after["type"] === "number";
  return isSame || isWidened ? [] : [`${path} is ${describe(after)} instead of ${describe(before)}`];
}

function listValues(schema: Schema): unknown[] | null {
  if (Array.isArray(schema["enum"])) return schema["enum"];
  return "const" in schema ? [schema["const"]] : null;
}

function compareProperties(path: string, before: Schema, after: Schema, direction: Direction): string[] {
  const [some, others] = [listProperties(before), listProperties(after)];
  const gone = Object.entries(some).flatMap(([name, schema]) => {
    const other = others[name];
    if (other === undefined) return [`${path}.${name} was removed`];
    return compareSchemas(`${path}.${name}`, schema, other, direction);
  });
  const [from, to] = direction === "input" ? [after, before] : [before, after];
  const demanded = listRequired(from).filter(
    (name) => !listRequired(to).includes(name) && (name in some || direction === "input"),
  );
  const change = direction === "input" ? "is required" : "is optional";
  return [...gone, ...demanded.filter((name) => name in others).map((name) => `${path}.${name} ${change}`)];
}

function compareItems(path: string, before: Schema, after: Schema, direction: Direction): string[] {
  return ["items", "additionalProperties"].flatMap((key) => {
    const [one, other] = [before[key], after[key]];
    return isSchema(one) && isSchema(other) ? compareSchemas(`${path}[]`, one, other, direction) : [];
  });
}

/** Keywords of limits, and whether a larger value allows less. */
const limits: Record<string, boolean> = {
  minLength: true,
  minItems: true,
  minimum: true,
  maxLength: false,
  maxItems: false,
  maximum: false,
};

function compareLimits(path: string, before: Schema, after: Schema): string[] {
  return Object.entries(limits).flatMap(([keyword, isLower]) => {
    const [one, other] = [before[keyword], after[keyword]];
    if (typeof other !== "number") return [];
    const isNarrower = typeof one !== "number" || (isLower ? other > one : other < one);
    return isNarrower ? [`${path} has a narrower ${keyword}`] : [];
  });
}

function listProperties(schema: Schema): Record<string, Schema> {
  const properties = schema["properties"];
  if (!isSchema(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).filter((entry): entry is [string, Schema] => isSchema(entry[1])),
  );
}

const listRequired = (schema: Schema): string[] =>
  Array.isArray(schema["required"]) ? schema["required"].filter((name) => typeof name === "string") : [];

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
