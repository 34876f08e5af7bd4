import { type Action, emptyResult, isProcedureName, policy, type ProcedureName } from "@mdreader/contract";
import { z } from "zod";

import { procedures } from "../../procedures.ts";
import { type Address, type Method, methods, type ExcludedRoute, type Route } from "./route.ts";
import { routes } from "./routes/index.ts";

export const basePath = "/api/v1";

/** A procedure at one REST address. */
export interface Endpoint {
  /** The name of the procedure, such as `document.get`. */
  procedure: ProcedureName;
  type: "query" | "mutation";
  /** The action that the caller must be allowed to perform; `public` if none. */
  action: Action | "public";
  /** Whether a repeated call needs no idempotency key. */
  isRepeatable: boolean;
  route: Route;
  method: Method;
  /** The full path, with fields in braces. */
  path: string;
  /** Whether this is the primary address in the documentation. */
  isFirst: boolean;
  /** The procedure's input: an object, if it takes any. */
  input: z.ZodType;
  /** The fields of that object. */
  fields: Readonly<Record<string, z.ZodType>>;
  /** The schema of the response; null if it has no body. */
  outputSchema: z.ZodType | null;
  status: number;
}

/** The part of a procedure's definition that tRPC's types don't expose. */
const definition = z.object({
  type: z.enum(["query", "mutation"]),
  meta: z.object({
    action: z.custom<Action | "public">((name) => name === "public" || isAction(name)),
    isRepeatable: z.boolean().default(false),
  }),
  inputs: z.array(z.instanceof(z.ZodType)),
  output: z.instanceof(z.ZodType),
});

const isAction = (name: unknown): name is Action => typeof name === "string" && Object.hasOwn(policy, name);

const readDefinition = (procedure: string) => definition.parse(procedures.get(procedure)?._def);

/** All procedures at all of their addresses. */
export const endpoints: readonly Endpoint[] = Object.entries<Route | ExcludedRoute>(routes).flatMap(
  ([procedure, route]) => ("reason" in route ? [] : createEndpoints(procedure, route)),
);

function createEndpoints(procedure: string, route: Route): Endpoint[] {
  if (!isProcedureName(procedure)) throw new TypeError(`${procedure} has no notes in the contract`);
  const { type, meta, inputs, output } = readDefinition(procedure);
  // Earlier inputs belong to the builder, which parses the part that the access check needs.
  const input = inputs.at(-1) ?? z.object();
  const transformed = z.instanceof(z.ZodType).optional().parse(route.outputSchema);
  const outputSchema = output === emptyResult ? null : (transformed ?? output);
  return route.addresses.map((address, index) => ({
    procedure,
    type,
    ...meta,
    route,
    ...splitPath(address),
    isFirst: index === 0,
    input,
    fields: findObjectSchema(input).shape,
    outputSchema,
    status: route.status ?? (outputSchema === null ? 204 : 200),
  }));
}

/** Returns the object schema of an input, without its defaults. */
function findObjectSchema(input: z.ZodType): z.ZodObject {
  if (input instanceof z.ZodObject) return input;
  const inner = input instanceof z.ZodPrefault ? input.unwrap() : null;
  if (inner instanceof z.ZodObject) return inner;
  throw new TypeError("REST requires the input to be an object");
}

function splitPath(address: Address): { method: Method; path: string } {
  const [method, path] = address.split(" ", 2);
  return { method: z.enum(methods).parse(method), path: `${basePath}${path}` };
}

/** Returns the fields in an endpoint's path. */
export const listPathFields = ({ path }: Pick<Endpoint, "path">): string[] =>
  Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = ""]) => name);

/** Whether fields that are not in the path are sent in the body. */
export const acceptsBody = ({ method }: Pick<Endpoint, "method">): boolean =>
  method === "POST" || method === "PATCH";
