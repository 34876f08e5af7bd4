import { z } from "zod";
import type {
  ZodOpenApiMediaTypeObject,
  ZodOpenApiOperationObject,
  ZodOpenApiRequestBodyObject,
} from "zod-openapi";

import { formType } from "../../trpc/body.ts";
import { basePath, type Endpoint, endpoints, pathFields, takesBody } from "../endpoint.ts";
import { failuresOf } from "./errors.ts";
import { exampleOf } from "./examples.ts";
import { samples } from "./samples.ts";
import { demandsOf, securityOf } from "./security.ts";

/** Describes an endpoint as OpenAPI does. */
export function operationOf(endpoint: Endpoint): ZodOpenApiOperationObject {
  const { action, answer, fields, procedure, route, status } = endpoint;
  const inPath = pathFields(endpoint);
  const omitted = (name: string) => name === "direction" || route.omits?.includes(name);
  const path = pick(fields, (name) => inPath.includes(name));
  const others = pick(fields, (name) => !inPath.includes(name) && !omitted(name));
  const body = takesBody(endpoint) ? bodyOf(endpoint, others) : undefined;
  return {
    operationId: operationIdOf(endpoint),
    tags: [tagOf(procedure)],
    summary: route.summary,
    description: [...[route.description ?? []].flat(), demandsOf(action)].join("\n\n"),
    security: securityOf(action),
    requestParams: {
      path: asParameters(path),
      ...(!takesBody(endpoint) && { query: asParameters(others) }),
    },
    ...(body && { requestBody: body }),
    responses: {
      [status]:
        answer === null
          ? { description: "Done." }
          : { description: route.summary, content: { "application/json": described(answer, "output") } },
      ...failuresOf(endpoint),
    },
  };
}

/** What the procedures of a router are about, where its name does not say it well. */
const subjects: Readonly<Record<string, string>> = {
  auth: "Account",
  "auth.apiKey": "API keys",
  presence: "Presence",
};

/** `workspace.member.list` is about `Members`. */
function tagOf(procedure: string): string {
  const router = procedure.slice(0, procedure.lastIndexOf("."));
  return subjects[router] ?? `${capitalized(router.slice(router.lastIndexOf(".") + 1))}s`;
}

export const tags = [...new Set(endpoints.map(({ procedure }) => tagOf(procedure)))];

/** `workspaceMemberList`; for a second address of the same, also with the words of that. */
function operationIdOf({ isFirst, path, procedure }: Endpoint): string {
  const name = procedure.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (isFirst) return name;
  const words = path.slice(basePath.length).match(/(?<=\/)[\w-]+/g) ?? [];
  return `${name}At${words.map(capitalized).join("")}`;
}

function capitalized(words: string): string {
  return words.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function bodyOf({ route }: Endpoint, fields: Endpoint["fields"]): ZodOpenApiRequestBodyObject | undefined {
  if (Object.keys(fields).length === 0) return undefined;
  const schema = z.strictObject(fields);
  return {
    required: !schema.safeParse({}).success,
    content: {
      "application/json": { schema, example: route.example ?? exampleOf(schema, "input") },
      ...(route.form && { [formType]: described(route.form.schema, "input") }),
    },
  };
}

function described(schema: z.ZodType, io: "input" | "output"): ZodOpenApiMediaTypeObject {
  return { schema, example: exampleOf(schema, io) };
}

function asParameters(fields: Endpoint["fields"]): z.ZodObject {
  return z.object(
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [
        name,
        field.meta({ param: { example: samples[name] } }),
      ]),
    ),
  );
}

function pick(fields: Endpoint["fields"], isWanted: (name: string) => boolean): Endpoint["fields"] {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isWanted(name)));
}
