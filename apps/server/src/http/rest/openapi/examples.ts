import { sample } from "openapi-sampler";
import { z } from "zod";

import { samples } from "./samples.ts";

/** Creates an example of a schema's input or output from samples for its fields. */
export function createExample(schema: z.ZodType, io: "input" | "output"): unknown {
  const json = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: "any" }));
  const withExamples = JSON.parse(json, (key, value) => {
    if (key === "properties") return withSamples(value);
    // The default minimum of integers would make a bad example.
    return value === Number.MIN_SAFE_INTEGER ? undefined : value;
  });
  return sample(withExamples, { quiet: true }, withExamples);
}

function withSamples(properties: Record<string, object>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, sampleSchema(name, property)]),
  );
}

function sampleSchema(name: string, property: object): object {
  if (!Object.hasOwn(samples, name)) return property;
  const kinds = readKinds(property);
  return kinds === null || kinds.includes(readKind(samples[name])) ? { examples: [samples[name]] } : property;
}

/** Returns the types that a JSON schema allows; null if it is a reference. */
function readKinds(property: object): unknown[] | null {
  if ("anyOf" in property && Array.isArray(property.anyOf)) {
    const all = property.anyOf.map(readKinds);
    return all.includes(null) ? null : all.flat();
  }
  return "type" in property ? [property.type].flat() : null;
}

function readKind(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "number") return "integer";
  return Array.isArray(value) ? "array" : typeof value;
}
