import { contractVersion, type Role } from "@mdreader/contract";
import { describe, expect, test } from "vitest";

import { readBaseline } from "../scripts/contract/baseline.ts";
import { findBreaks } from "../scripts/contract/compare-contracts.ts";
import {
  type ContractDescription,
  describeContract,
  hashContract,
} from "../scripts/contract/describe-contract.ts";

/** Creates a contract with one procedure. */
const createContract = (input: object, output: object = { type: "object" }): ContractDescription => ({
  reasons: ["NOT_FOUND"],
  policy: {},
  procedures: { "a.b": { type: "query", action: "public", input: { ...input }, output: { ...output } } },
});

const createObject = (properties: object, required: string[] = []) => ({
  type: "object",
  properties,
  required,
});
const text = { type: "string" };

describe("the contract", () => {
  test("only adds to the recorded baseline, so that clients of the last release keep working", () => {
    expect(findBreaks(readBaseline(), describeContract())).toEqual([]);
  });

  test("has the recorded version, which is that of the baseline", () => {
    expect(contractVersion).toMatch(new RegExp(`^[1-9]\\d*-${hashContract(readBaseline())}$`));
  });
});

describe("comparing contracts", () => {
  test("accepts additions", () => {
    const before = createContract(createObject({ id: text }, ["id"]), createObject({ id: text }, ["id"]));
    const after = createContract(
      createObject({ id: text, note: text }, ["id"]),
      createObject({ id: text, note: text }, ["id", "note"]),
    );
    after.reasons.push("NEW");
    after.procedures["a.c"] = { type: "query", action: "public", input: {}, output: null };
    expect(findBreaks(before, after)).toEqual([]);
  });

  test.for([
    [
      "a removed field",
      createObject({ id: text, note: text }),
      createObject({ id: text }),
      "a.b input.note was removed",
    ],
    [
      "a new required field",
      createObject({}),
      createObject({ id: text }, ["id"]),
      "a.b input.id is required",
    ],
    [
      "another type",
      createObject({ id: text }),
      createObject({ id: { type: "integer" } }),
      'a.b input.id is "integer" instead of "string"',
    ],
    [
      "a removed value",
      createObject({ kind: { type: "string", enum: ["a", "b"] } }),
      createObject({ kind: { type: "string", enum: ["a"] } }),
      'a.b input.kind no longer allows "b"',
    ],
    [
      "a narrower limit",
      createObject({ name: { type: "string", maxLength: 20 } }),
      createObject({ name: { type: "string", maxLength: 10 } }),
      "a.b input.name has a narrower maxLength",
    ],
    [
      "an alternative that is gone",
      createObject({ at: { anyOf: [text, { type: "null" }] } }),
      createObject({ at: text }),
      'a.b input.at no longer allows "null"',
    ],
  ] as const)("reports %s of an input", ([, before, after, found]) => {
    expect(findBreaks(createContract(before), createContract(after))).toEqual([found]);
  });

  test("reports outputs that lack a field, or have it only sometimes", () => {
    const before = createContract({}, createObject({ id: text, name: text }, ["id", "name"]));
    const after = createContract({}, createObject({ name: text }));
    expect(findBreaks(before, after)).toEqual(["a.b output.id was removed", "a.b output.name is optional"]);
  });

  test("reports removed procedures, reasons and actions", () => {
    const before = { ...createContract({}), policy: { "a.read": { role: null, scope: "read" as const } } };
    expect(findBreaks(before, { reasons: [], policy: {}, procedures: {} })).toEqual([
      "reason NOT_FOUND was removed",
      "action a.read was removed",
      "a.b was removed",
    ]);
  });

  test("reports actions that require a higher role, but not those that require a lower one", () => {
    const requiring = (role: Role): ContractDescription => ({
      ...createContract({}),
      policy: { "a.write": { role, scope: "write" } },
    });
    expect(findBreaks(requiring("editor"), requiring("commenter"))).toEqual([]);
    expect(findBreaks(requiring("commenter"), requiring("editor"))).toEqual([
      "action a.write requires another role or scope",
    ]);
  });
});
