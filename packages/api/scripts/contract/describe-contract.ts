import { createHash } from "node:crypto";

import { policy, type PolicyRow, reasons } from "@mdreader/contract";
import { z } from "zod";

import { type ProcedureDefinition, readProcedures } from "../../src/describe.ts";

/** A JSON schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

/** A procedure without its implementation. `output` is null for subscriptions. */
export interface ProcedureDescription {
  type: string;
  action: string;
  input: Schema;
  output: Schema | null;
}

/** The described contract: all that clients can depend on. */
export interface ContractDescription {
  reasons: string[];
  policy: Record<string, PolicyRow>;
  procedures: Record<string, ProcedureDescription>;
}

/** Describes the procedures of the router, the access policy and the reasons of failures. */
export function describeContract(): ContractDescription {
  const procedures = Array.from(
    readProcedures(),
    ([name, procedure]) => [name, describeProcedure(procedure)] as const,
  );
  return {
    reasons: Object.keys(reasons).toSorted(),
    policy: Object.fromEntries(Object.entries(policy).toSorted(compareNames)),
    procedures: Object.fromEntries(procedures.toSorted(compareNames)),
  };
}

const compareNames = ([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number =>
  a < b ? -1 : 1;

function describeProcedure({ type, action, input, output }: ProcedureDefinition): ProcedureDescription {
  return {
    type,
    action,
    input: toSchema(input ?? z.object(), "input"),
    output: output && toSchema(output, "output"),
  };
}

/** Converts a schema without its descriptions, which may change. */
function toSchema(schema: z.ZodType, io: "input" | "output"): Schema {
  return z.toJSONSchema(schema, {
    io,
    // The names that OpenAPI gives to schemas in the global registry would turn them into references.
    metadata: z.registry(),
    unrepresentable: "any",
    reused: "inline",
    override({ jsonSchema }) {
      delete jsonSchema.description;
      delete jsonSchema.examples;
      delete jsonSchema.id;
      // Repeats the format.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
}

/** A short hash of a description. */
export const hashContract = (contract: ContractDescription): string =>
  createHash("sha256").update(JSON.stringify(contract)).digest("hex").slice(0, 16);
