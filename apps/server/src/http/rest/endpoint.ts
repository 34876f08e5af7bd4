import { type Action, emptyResult, policy } from "@mdreader/contract";
import { z } from "zod";

import { procedures } from "../../procedures.ts";
import { type Address, type Method, methods, type ExcludedRoute, type Route } from "./route.ts";
import { routes } from "./routes/index.ts";

export const basePath = "/api/v1";

/** A procedure at one address. */
export interface Endpoint {
  /** The name of the procedure, as `document.get`. */
  procedure: string;
  type: "query" | "mutation";
  /** What it demands of the caller; `public` for nothing. */
  action: Action | "public";
  route: Route;
  method: Method;
  /** The whole path, with fields in braces. */
  path: string;
  /** Whether it is the address that documentation leads with. */
  isFirst: boolean;
  /** The procedure's input: an object, if it takes any. */
  input: z.ZodType;
  /** The fields of that object. */
  fields: Readonly<Record<string, z.ZodType>>;
  /** What is answered; null for nothing. */
  outputSchema: z.ZodType | null;
  status: number;
}

/** What tRPC knows of a procedure, of which its types tell only a part. */
const definition = z.object({
  type: z.enum(["query", "mutation"]),
  meta: z.object({ action: z.custom<Action | "public">((name) => name === "public" || isAction(name)) }),
  inputs: z.array(z.instanceof(z.ZodType)),
  output: z.instanceof(z.ZodType),
});

const isAction = (name: unknown): name is Action => typeof name === "string" && Object.hasOwn(policy, name);

const readDefinition = (procedure: string) => definition.parse(procedures.get(procedure)?._def);

/** Every procedure at every address that it has. */
export const endpoints: readonly Endpoint[] = Object.entries<Route | ExcludedRoute>(routes).flatMap(
  ([procedure, route]) => ("reason" in route ? [] : createEndpoints(procedure, route)),
);

function createEndpoints(procedure: string, route: Route): Endpoint[] {
  const { type, meta, inputs, output } = readDefinition(procedure);
  // Those before it are of the builder, which looks at the part that it needs to check the access.
  const input = inputs.at(-1) ?? z.object();
  const outputSchema = output === emptyResult ? null : (route.outputSchema ?? output);
  return route.addresses.map((address, index) => ({
    procedure,
    type,
    action: meta.action,
    route,
    ...splitPath(address),
    isFirst: index === 0,
    input,
    fields: findObjectSchema(input).shape,
    outputSchema,
    status: outputSchema === null ? 204 : (route.status ?? 200),
  }));
}

/** The object that an input is, whatever it becomes when it is left out. */
function findObjectSchema(input: z.ZodType): z.ZodObject {
  if (input instanceof z.ZodObject) return input;
  const inner = input instanceof z.ZodPrefault ? input.unwrap() : null;
  if (inner instanceof z.ZodObject) return inner;
  throw new TypeError("an input that is no object can't be called over REST");
}

function splitPath(address: Address): { method: Method; path: string } {
  const [method, path] = address.split(" ", 2);
  return { method: z.enum(methods).parse(method), path: `${basePath}${path}` };
}

/** The fields that are part of an endpoint's path. */
export const pathFields = ({ path }: Pick<Endpoint, "path">): string[] =>
  Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = ""]) => name);

/** Whether what is not in the path comes in a body. */
export const acceptsBody = ({ method }: Pick<Endpoint, "method">): boolean =>
  method === "POST" || method === "PATCH";
