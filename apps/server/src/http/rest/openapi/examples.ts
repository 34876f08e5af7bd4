import { sample } from "openapi-sampler";
import { z } from "zod";

import { samples } from "./samples.ts";

/** An example of what `schema` takes (`input`) or gives (`output`), made of what its fields may hold. */
export function exampleOf(schema: z.ZodType, io: "input" | "output"): unknown {
  const json = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: "any" }));
  const withExamples = JSON.parse(json, (key, value) => {
    if (key === "properties") return withSamples(value);
    // What every integer has is no bound to take as an example.
    return value === Number.MIN_SAFE_INTEGER ? undefined : value;
  });
  return sample(withExamples, { quiet: true }, withExamples);
}

function withSamples(properties: Record<string, object>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, sampled(name, property)]),
  );
}

function sampled(name: string, property: object): object {
  if (!Object.hasOwn(samples, name)) return property;
  const mayBeNull = JSON.stringify(property).includes('"null"');
  return samples[name] !== null || mayBeNull ? { examples: [samples[name]] } : property;
}
