import {
  procedureEvents,
  type ProcedureNotes,
  procedureNotes,
  reasonNotes,
  reasons,
} from "@mdreader/contract";
import { describe, expect, test } from "vitest";

import { type DescribedSchema, describeProcedures, readProcedures } from "./describe.ts";

const described = describeProcedures();

/** Words that say nothing about a field. */
const empty = new Set([
  "a",
  "an",
  "the",
  "this",
  "its",
  "of",
  "for",
  "is",
  "field",
  "value",
  "string",
  "number",
]);

const toWords = (text: string) =>
  text
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .match(/[a-z\d]+/g)
    ?.map((word) => word.replace(/s$/, "")) ?? [];

/** Whether a description says something, and more than the name. */
function isUseful(name: string, description: string | undefined): boolean {
  if (description === undefined || !/^[A-Z\d`].*[.:]$/s.test(description)) return false;
  const own = toWords(name);
  return toWords(description).filter((word) => !own.includes(word) && !empty.has(word)).length >= 2;
}

/** Lists the fields of a schema whose description is missing or useless, by their paths. */
function listUseless(schema: DescribedSchema | boolean | null | undefined, path: string): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties = {}, items, anyOf = [], oneOf = [] } = schema;
  const fields = Object.entries(properties).flatMap(([name, field]) => {
    const description = typeof field === "object" ? field.description : undefined;
    const own = `${path}.${name}`;
    return [...(isUseful(name, description) ? [] : [own]), ...listUseless(field, own)];
  });
  const others = [...[items ?? []].flat(), ...anyOf, ...oneOf];
  return [...fields, ...others.flatMap((other) => listUseless(other, path))];
}

describe("the contract", () => {
  test("describes each procedure, and nothing else", () => {
    expect(Object.keys(procedureNotes).toSorted()).toEqual([...readProcedures().keys()].toSorted());
    const useless = Object.entries(procedureNotes).filter(
      ([name, { summary, description }]) => summary.endsWith(".") || !isUseful(name, description),
    );
    expect(useless).toEqual([]);
  });

  test.each(described)("describes each field of $name", ({ name, input, output, event }) => {
    expect([
      ...listUseless(input, `${name} input`),
      ...listUseless(output, `${name} output`),
      ...listUseless(event, `${name} event`),
    ]).toEqual([]);
  });

  test("describes what each subscription sends", () => {
    const subscriptions = described.filter(({ type }) => type === "subscription").map(({ name }) => name);
    expect(Object.keys(procedureEvents).toSorted()).toEqual(subscriptions);
  });

  test("describes each reason in other words than its message", () => {
    const useless = Object.entries(reasonNotes).filter(([name, note]) => !isUseful(name, note));
    expect(useless).toEqual([]);
    expect(Object.keys(reasonNotes).toSorted()).toEqual(Object.keys(reasons).toSorted());
  });

  test("declares no reason twice", () => {
    for (const [name, { errors = [] }] of Object.entries<ProcedureNotes>(procedureNotes)) {
      expect([name, errors]).toEqual([name, [...new Set(errors)]]);
    }
  });
});

describe("a description", () => {
  test.for([
    ["id", "The id."],
    ["title", "The title of this."],
    ["createdAt", undefined],
    ["limit", "the largest number of items"],
  ] as const)("of %s is rejected: %s", ([name, description]) => {
    expect(isUseful(name, description)).toBe(false);
  });
});
