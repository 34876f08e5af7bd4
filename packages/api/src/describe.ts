import {
  type Action,
  isProcedureName,
  listReasons,
  procedureEvents,
  type ProcedureNotes,
  procedureNotes,
  type Reason,
} from "@mdreader/contract";
import { z } from "zod";

import { appRouter } from "./root.ts";

/** A procedure without its implementation. */
export interface ProcedureDefinition {
  type: "query" | "mutation" | "subscription";
  /** The action that the caller must be allowed to perform. */
  action: Action | "public";
  /** Whether a repeated call needs no idempotency key. */
  isRepeatable: boolean;
  input: z.ZodType | null;
  /** Null for subscriptions. */
  output: z.ZodType | null;
}

/** The part of a procedure that tRPC's types don't expose. */
const definition = z.object({
  type: z.enum(["query", "mutation", "subscription"]),
  meta: z.object({ action: z.custom<Action | "public">(), isRepeatable: z.boolean().default(false) }),
  inputs: z.array(z.instanceof(z.ZodType)),
  output: z.instanceof(z.ZodType).optional(),
});

/** Returns the definitions of all procedures by name. */
export function readProcedures(): Map<string, ProcedureDefinition> {
  const entries = Object.entries<unknown>(appRouter._def.procedures);
  return new Map(
    entries.map(([name, procedure]) => {
      const { _def } = z.custom<{ _def: unknown }>((value) => typeof value === "function").parse(procedure);
      const { type, meta, inputs, output = null } = definition.parse(_def);
      // Earlier inputs belong to the builder, which parses the part that the access check needs.
      return [name, { type, ...meta, input: inputs.at(-1) ?? null, output }];
    }),
  );
}

/** A JSON schema with the descriptions of its fields. */
export type DescribedSchema = z.core.JSONSchema.JSONSchema;

/** Everything that callers should know about a procedure. */
export interface DescribedProcedure {
  name: string;
  type: ProcedureDefinition["type"];
  action: ProcedureDefinition["action"];
  summary: string;
  description: string;
  input: DescribedSchema | null;
  /** Null for subscriptions. */
  output: DescribedSchema | null;
  /** The schema of the events that a subscription sends; null for others. */
  event: DescribedSchema | null;
  /** The reasons for which it can fail. */
  reasons: Reason[];
  /** Those of them that it declares itself. */
  ownReasons: readonly Reason[];
}

/** Describes all procedures, sorted by name. @throws Error for one that the contract does not describe. */
export function describeProcedures(): DescribedProcedure[] {
  const described = Array.from(readProcedures(), ([name, { input, output, ...kind }]) => {
    if (!isProcedureName(name)) throw new Error(`${name} has no notes in the contract`);
    const schema = input && toJsonSchema(input, "input");
    const isPaged = Object.hasOwn(schema?.properties ?? {}, "cursor");
    const { summary, description, errors: ownReasons = [] }: ProcedureNotes = procedureNotes[name];
    return {
      name,
      type: kind.type,
      action: kind.action,
      summary,
      description,
      input: schema,
      output: output && toJsonSchema(output, "output"),
      event: isEventName(name) ? toJsonSchema(procedureEvents[name], "output") : null,
      reasons: listReasons(name, { ...kind, isPaged }),
      ownReasons,
    };
  });
  return described.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const isEventName = (name: string): name is keyof typeof procedureEvents =>
  Object.hasOwn(procedureEvents, name);

/** The descriptions in the global registry, without the names. */
class Descriptions extends z.core.$ZodRegistry<{ description?: string | undefined }> {
  override get(schema: z.core.$ZodType): { description?: string | undefined } | undefined {
    const description = z.globalRegistry.get(schema)?.description;
    return description === undefined ? undefined : { description };
  }
}

const descriptions = new Descriptions();

function toJsonSchema(schema: z.ZodType, io: "input" | "output"): DescribedSchema {
  return z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    reused: "inline",
    // The names that OpenAPI gives to schemas would turn them into references.
    metadata: descriptions,
    override({ jsonSchema }) {
      // Repeats the format.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      // The range of all integers.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
}
