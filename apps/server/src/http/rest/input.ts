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
import { type Endpoint, pathFields, acceptsBody } from "./endpoint.ts";

/** The parts of a request other than its body. */
export interface RequestParts {
  /** Values of the fields in the path. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
}

/** Assembles the input of a procedure, which then validates it. */
export type InputReader = (request: IncomingMessage, parts: RequestParts, use: FieldUse) => Promise<unknown>;
type FieldUse = Omit<BodyOptions, "paths">;

/** Creates the input reader of an endpoint. It throws TRPCError for malformed requests. */
export function createInputReader(endpoint: Endpoint): InputReader {
  const inPath = pathFields(endpoint);
  const readers = new Map(
    Object.entries(endpoint.fields).map(([name, schema]) => [name, createValueReader(schema)]),
  );

  /** Paths and queries contain text; the schema determines the type. */
  function meant(name: string, text: string): unknown {
    const read = readers.get(name);
    return read === undefined ? text : read(text);
  }

  function fromQuery(query: URLSearchParams): Record<string, unknown> {
    return Object.fromEntries(
      [...new Set(query.keys())].map((name) => {
        const [text = "", ...more] = query.getAll(name);
        if (more.length > 0) throw badRequest(`${name} is set more than once`);
        return [name, meant(name, text)];
      }),
    );
  }

  return async (request, { params, query }, use) => {
    const rest = acceptsBody(endpoint) ? await parseBody(request, endpoint, use) : fromQuery(query);
    const twice = inPath.find((name) => Object.hasOwn(rest, name));
    if (twice !== undefined) throw badRequest(`${twice} is already set by the path`);
    const fromPath = Object.entries(params).map(([name, text]) => [name, meant(name, text)]);
    return { ...rest, ...Object.fromEntries(fromPath) };
  };
}

async function parseBody(
  request: IncomingMessage,
  { route, procedure }: Endpoint,
  use: FieldUse,
): Promise<Record<string, unknown>> {
  const { "content-length": length, "transfer-encoding": coding } = request.headers;
  if (coding === undefined && Number(length ?? 0) === 0) return {};
  const paths = [procedure];
  if (route.form !== undefined && readContentType(request) === formType) {
    return route.form.inputOf(new URLSearchParams(await readBody(request, { ...use, paths })));
  }
  const body = parseJsonBody(await readJsonBody(request, { ...use, paths }));
  if (!isRecord(body)) throw badRequest("the body must be a JSON object");
  return body;
}

/**
 * Returns a parser of text values. Empty text becomes null if the schema allows it. Text that cannot be parsed is
 * passed on, so that the procedure reports the error.
 */
function createValueReader(schema: z.ZodType): (text: string) => unknown {
  const kinds = listKinds(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
  return (text) => {
    if (text === "" && kinds.has("null")) return null;
    if ((kinds.has("integer") || kinds.has("number")) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
    if (kinds.has("boolean") && (text === "true" || text === "false")) return text === "true";
    return text;
  };
}

function listKinds({ type = [], anyOf = [] }: z.core.JSONSchema.JSONSchema): Set<string> {
  return new Set([...[type].flat(), ...anyOf.flatMap((one) => [...listKinds(one)])]);
}
