import type { IncomingMessage } from "node:http";

import { z } from "zod";

import {
  type BodyOptions,
  formType,
  parseJsonBody,
  readBody,
  readJsonBody,
  readContentType,
} from "../procedure/body.ts";
import { badRequest } from "../procedure/errors.ts";
import { isRecord } from "../trpc/parse-batch.ts";
import type { EndpointCall } from "./endpoint-call.ts";
import { type Endpoint, acceptsBody } from "./endpoint.ts";
import { isOauthBody, toOauthCall } from "./oauth.ts";

/** The parts of a request other than its body. */
export interface RequestParts {
  /** Values of the fields in the path. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
}

/** Assembles the input of a procedure, which then validates it. */
export type InputReader = (
  request: IncomingMessage,
  parts: RequestParts,
  use: FieldUse,
) => Promise<EndpointCall>;

interface FieldUse extends Omit<BodyOptions, "paths"> {
  /** Called when the body turns out to be a request under OAuth 2's names. */
  onOauth(): void;
}

/** Creates the input reader of an endpoint. It throws TRPCError for malformed requests. */
export function createInputReader(endpoint: Endpoint): InputReader {
  const readTexts = createTextsReader(endpoint.fields);
  return async (request, { params, query }, use) => {
    const call = acceptsBody(endpoint)
      ? await parseBody(request, endpoint, use)
      : toOwnCall(endpoint, readTexts(query));
    return { ...call, input: addPathFields(call.input, readTexts(new URLSearchParams(params))) };
  };
}

/** Adds the fields of the path to those of the query or body. @throws TRPCError if one is set twice. */
export function addPathFields(
  input: Record<string, unknown>,
  fromPath: Record<string, unknown>,
): Record<string, unknown> {
  const twice = Object.keys(fromPath).find((name) => Object.hasOwn(input, name));
  if (twice !== undefined) throw badRequest(`${twice} is already set by the path`);
  return { ...input, ...fromPath };
}

/** Creates a reader of paths, queries and forms, which contain text; the schemas determine the types. */
export function createTextsReader(
  fields: Endpoint["fields"],
): (texts: URLSearchParams) => Record<string, unknown> {
  const readers = new Map(
    Object.entries(fields).map(([name, schema]) => [name, createFieldReader(name, schema)]),
  );
  return (texts) =>
    Object.fromEntries(
      [...new Set(texts.keys())].map((name) => {
        const read = readers.get(name) ?? createSingleReader(name, {});
        return [name, read(texts.getAll(name))];
      }),
    );
}

const toOwnCall = ({ procedure, route }: Endpoint, input: Record<string, unknown>): EndpointCall => ({
  procedure,
  input,
  outputSchema: route.outputSchema,
});

async function parseBody(request: IncomingMessage, endpoint: Endpoint, use: FieldUse): Promise<EndpointCall> {
  const { oauth } = endpoint.route;
  const { "content-length": length, "transfer-encoding": coding } = request.headers;
  const paths = [endpoint.procedure];
  if (oauth !== undefined && readContentType(request) === formType) {
    use.onOauth();
    const form = new URLSearchParams(await readBody(request, { ...use, paths }));
    return toOauthCall(Object.fromEntries(form), oauth);
  }
  if (coding === undefined && Number(length ?? 0) === 0) return toOwnCall(endpoint, {});
  const body = parseJsonBody(await readJsonBody(request, { ...use, paths }));
  if (!isRecord(body)) throw badRequest("the body must be a JSON object");
  if (oauth === undefined || !isOauthBody(body)) return toOwnCall(endpoint, body);
  use.onOauth();
  return toOauthCall(body, oauth);
}

/** Reads a field from its values in the query; a list has a value per item. */
type FieldReader = (texts: readonly string[]) => unknown;
type JsonSchema = z.core.JSONSchema.JSONSchema;

function createFieldReader(name: string, schema: z.ZodType): FieldReader {
  const described = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const item = findItem(described);
  if (item === null) return createSingleReader(name, described);
  const read = createValueReader(item);
  return (texts) => texts.map(read);
}

function createSingleReader(name: string, schema: JsonSchema): FieldReader {
  const read = createValueReader(schema);
  return ([text = "", ...more]) => {
    if (more.length > 0) throw badRequest(`${name} is set more than once`);
    return read(text);
  };
}

/** Returns the schema of a list's items, or null for other types. */
function findItem({ items, anyOf = [] }: JsonSchema): JsonSchema | null {
  if (typeof items === "object" && !Array.isArray(items)) return items;
  return anyOf.map(findItem).find((item) => item !== null) ?? null;
}

/**
 * Returns a parser of text values. Empty text becomes null if the schema allows it. Text that cannot be parsed is
 * passed on, so that the procedure reports the error.
 */
function createValueReader(schema: JsonSchema): (text: string) => unknown {
  const kinds = listKinds(schema);
  return (text) => {
    if (text === "" && kinds.has("null")) return null;
    if ((kinds.has("integer") || kinds.has("number")) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
    if (kinds.has("boolean") && (text === "true" || text === "false")) return text === "true";
    return text;
  };
}

function listKinds({ type = [], anyOf = [] }: JsonSchema): Set<string> {
  return new Set([...[type].flat(), ...anyOf.flatMap((one) => [...listKinds(one)])]);
}
