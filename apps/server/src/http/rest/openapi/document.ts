import { createDocument, type CreateDocumentOptions, type ZodOpenApiPathsObject } from "zod-openapi";

import { endpoints } from "../endpoint.ts";
import { nameSchemas } from "./components.ts";
import { failureExamples } from "./errors.ts";
import { createOperation, tags } from "./operation.ts";
import { securitySchemes } from "./security.ts";

export type OpenApiDocument = ReturnType<typeof createDocument>;

/**
 * Creates the OpenAPI 3.1 description of the REST API from the procedures' schemas.
 * @param version The version of the server.
 */
export function createOpenApiDocument(version: string): OpenApiDocument {
  nameSchemas();
  const paths: ZodOpenApiPathsObject = {};
  for (const endpoint of endpoints) {
    const method = endpoint.method.toLowerCase();
    paths[endpoint.path] = { ...paths[endpoint.path], [method]: createOperation(endpoint) };
  }
  return createDocument(
    {
      openapi: "3.1.1",
      info: {
        title: "MDReader",
        version,
        summary: "A collaborative Markdown workspace",
        description,
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/", description: "This server" }],
      tags: tags.map((name) => ({ name })),
      paths,
      components: {
        examples: failureExamples,
        headers: {
          RetryAfter: {
            description: "Seconds to wait before retrying.",
            schema: { type: "integer", minimum: 1 },
            example: 42,
          },
        },
        securitySchemes,
      },
    },
    { override: simplifySchema },
  );
}

/** Removes patterns that repeat the format, and allows responses to gain fields. */
const simplifySchema: CreateDocumentOptions["override"] = ({ jsonSchema, io }) => {
  if (jsonSchema.format === "uuid" || jsonSchema.format === "date-time") delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
};

const description = `All MDReader procedures, for programs that don't use tRPC.

**Authentication.** Sign in and send the access token: \`Authorization: Bearer …\`. Programs can send an API key instead.

**Lists** accept \`limit\` and \`cursor\` and return \`{ items, nextCursor }\`. The last page has \`nextCursor: null\`.

**Errors** have one shape. \`error.data.reason\` is stable. Resources that you can't access return the same error as missing ones.

**Conditions.** Reads have a strong \`ETag\` for \`If-None-Match\`. Sent as \`If-Match\` with a change of a document or file, it is strict (412).

**Retries.** Send an \`Idempotency-Key\` with a mutation, and the same one again if the response is lost: it takes effect once.

**Saving text.** Send \`baseVersion\`, the version that you edited. Your changes are merged into the current text.`;
