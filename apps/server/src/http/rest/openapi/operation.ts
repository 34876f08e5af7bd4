import { idempotencyHeader, maxKeyLength, minKeyLength, procedureNotes } from "@mdreader/contract";
import { z } from "zod";
import type {
  ZodOpenApiMediaTypeObject,
  ZodOpenApiOperationObject,
  ZodOpenApiRequestBodyObject,
  ZodOpenApiResponseObject,
} from "zod-openapi";

import { formType } from "../../procedure/body.ts";
import { fileField, multipartType } from "../../procedure/form.ts";
import { basePath, type Endpoint, endpoints, listPathFields, acceptsBody } from "../endpoint.ts";
import { findFormSchema, type OauthRequest } from "../oauth.ts";
import { createCodeSamples } from "./code-samples.ts";
import { createErrorResponses, hasCondition } from "./errors.ts";
import { createExample } from "./examples.ts";
import { samples } from "./samples.ts";
import { describeRequirement, toSecurityRequirements } from "./security.ts";

/** Creates the OpenAPI operation of an endpoint. */
export function createOperation(endpoint: Endpoint): ZodOpenApiOperationObject {
  const { action, fields, procedure, route, status } = endpoint;
  const notes = procedureNotes[procedure];
  const inPath = listPathFields(endpoint);
  const omitted = (name: string) => name === "direction" || route.omittedFields?.includes(name);
  const path = pick(fields, (name) => inPath.includes(name));
  const others = pick(fields, (name) => !inPath.includes(name) && !omitted(name));
  const example = acceptsBody(endpoint) ? createBodyExample(endpoint, others) : {};
  const body = acceptsBody(endpoint) ? createRequestBody(endpoint, others, example) : undefined;
  return {
    operationId: toOperationId(endpoint),
    tags: [toTag(procedure)],
    summary: notes.summary,
    description: [notes.description, ...[route.description ?? []].flat(), describeRequirement(action)].join(
      "\n\n",
    ),
    security: toSecurityRequirements(action),
    requestParams: {
      path: toParameters(path),
      ...(!acceptsBody(endpoint) && { query: toParameters(others) }),
      header: createHeaderParameters(endpoint),
    },
    ...(body && { requestBody: body }),
    responses: {
      [status]: createSuccessResponse(endpoint),
      ...createErrorResponses(endpoint),
    },
    "x-codeSamples": createCodeSamples(endpoint, example),
  };
}

function createBodyExample(
  { route }: Endpoint,
  fields: Endpoint["fields"],
): Readonly<Record<string, unknown>> {
  return route.example ?? bodyExample.parse(createExample(z.strictObject(fields), "input"));
}

const bodyExample = z.record(z.string(), z.unknown());

function createSuccessResponse({ outputSchema, route: { form } }: Endpoint): ZodOpenApiResponseObject {
  if (outputSchema === null) return { description: "Success. The response has no body." };
  if (form === undefined) {
    return {
      description: "Success.",
      content: { "application/json": describeSchema(outputSchema, "output") },
    };
  }
  const examples = {
    json: { summary: "The response to JSON.", value: createExample(outputSchema, "output") },
    form: { summary: "The response to a form.", value: createExample(form.output, "output") },
  };
  return {
    description: "Success. JSON and forms have different responses.",
    content: { "application/json": { schema: z.union([outputSchema, form.output]), examples } },
  };
}

/** Tags of routers whose names are not the singular of a tag. */
const subjects: Readonly<Record<string, string>> = {
  access: "Access",
  admin: "Administration",
  apiKey: "API keys",
  auth: "Account",
  device: "Device sign-in",
  emailChange: "Email changes",
  identity: "Identities",
  presence: "Presence",
  secondFactor: "Second factor",
};

/** Returns the tag of a procedure: `Members` for `workspace.member.list`. */
function toTag(procedure: string): string {
  const routers = procedure.split(".").slice(0, -1);
  const router = routers.includes("admin") ? "admin" : (routers.at(-1) ?? "");
  return subjects[router] ?? `${capitalize(router)}s`;
}

export const tags = [...new Set(endpoints.map(({ procedure }) => toTag(procedure)))];

/** Returns the operation ID, such as `workspaceMemberList`. Secondary addresses add the words of their path. */
function toOperationId({ isFirst, path, procedure }: Endpoint): string {
  const name = procedure.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (isFirst) return name;
  const words = path.slice(basePath.length).match(/(?<=\/)[\w-]+/g) ?? [];
  return `${name}At${words.map(capitalize).join("")}`;
}

function capitalize(words: string): string {
  return words.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function createRequestBody(
  { route }: Endpoint,
  fields: Endpoint["fields"],
  example: Readonly<Record<string, unknown>>,
): ZodOpenApiRequestBodyObject | undefined {
  if (Object.keys(fields).length === 0) return undefined;
  const schema = z.strictObject(fields);
  return {
    required: !schema.safeParse({}).success,
    content: {
      "application/json": { schema, example },
      ...(route.oauth && {
        [formType]: { schema: findFormSchema(route.oauth), example: formExamples[route.oauth] },
      }),
      ...(route.form && { [multipartType]: { schema: createFormSchema(route.form.input, fields) } }),
    },
  };
}

/** Returns the schema of a form with a file. Fields in the path are not part of it. */
function createFormSchema(input: z.ZodObject, fields: Endpoint["fields"]): z.ZodObject {
  const inForm = Object.entries(input.shape).filter(([name]) => name !== "workspaceId" || name in fields);
  return z.strictObject({ ...Object.fromEntries(inForm), [fileField]: formFile });
}

const formFile = z
  .string()
  .meta({ description: "The bytes of the file, after all other fields.", format: "binary" });

const formExamples: Record<OauthRequest, object> = {
  password: { grant_type: "password", username: samples["email"], password: samples["password"] },
  refresh_token: { grant_type: "refresh_token", refresh_token: samples["refresh_token"] },
  "urn:ietf:params:oauth:grant-type:device_code": {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: samples["device_code"],
  },
  device_authorization: { client_id: samples["clientName"] },
};

function describeSchema(schema: z.ZodType, io: "input" | "output"): ZodOpenApiMediaTypeObject {
  return { schema, example: createExample(schema, io) };
}

function toParameters(fields: Endpoint["fields"]): z.ZodObject {
  return z.object(
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [
        name,
        // Documentation pages fill examples in, so an optional parameter has none.
        field.safeParse(undefined).success ? field : field.meta({ param: { example: samples[name] } }),
      ]),
    ),
  );
}

/** The headers of conditional and repeated requests. */
function createHeaderParameters({ action, fields, type }: Endpoint): z.ZodObject {
  if (type === "query") return z.object({ "if-none-match": ifNoneMatch });
  const canRepeat = action !== "public";
  return z.object({
    ...(canRepeat && { [idempotencyHeader]: idempotencyKey }),
    ...(hasCondition(fields) && { "if-match": ifMatch }),
  });
}

const ifNoneMatch = z.string().optional().meta({
  description:
    "The `ETag` of an earlier response. If the response would be the same, its status is 304 and it has no body.",
});
const ifMatch = z.string().optional().meta({
  description:
    "The `ETag` of the state that you read. If it has changed since, the request fails with 412 and changes nothing.",
});
const idempotencyKey = z
  .string()
  .min(minKeyLength)
  .max(maxKeyLength)
  .optional()
  .meta({
    description:
      "Chosen by you, a different one for each call: letters, digits and `.:_-`. A repeated call with the same key takes effect once, " +
      "and returns the first result for at least 24 hours.",
  });

function pick(fields: Endpoint["fields"], isWanted: (name: string) => boolean): Endpoint["fields"] {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isWanted(name)));
}
