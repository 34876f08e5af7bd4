import * as contract from "@mdreader/contract";
import { z } from "zod";

import { failure } from "./errors.ts";

/** Names the schemas of the contract, so that they are referenced instead of repeated. */
export function nameSchemas(): void {
  for (const [name, schema] of Object.entries<unknown>({ ...contract, failure })) {
    const isNamed = schema instanceof z.ZodObject || schema instanceof z.ZodEnum;
    if (!isNamed || name.endsWith("Input")) continue;
    z.globalRegistry.add(schema, { ...schema.meta(), id: `${name.charAt(0).toUpperCase()}${name.slice(1)}` });
  }
}
