import { createDocument, type CreateDocumentOptions, type ZodOpenApiPathsObject } from "zod-openapi";

import { endpoints } from "../endpoint.ts";
import { nameSchemas } from "./components.ts";
import { failureExamples } from "./errors.ts";
import { createOperation, tags } from "./operation.ts";
import { securitySchemes } from "./security.ts";

export type OpenApiDocument = ReturnType<typeof createDocument>;

/**
 * Describes the REST surface: OpenAPI 3.1, made of the procedures' own schemas.
 * @param version The server's.
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
            description: "Seconds to wait.",
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

/** Leaves away what only says over again what the format or the type says, and lets answers grow. */
const simplifySchema: CreateDocumentOptions["override"] = ({ jsonSchema, io }) => {
  if (jsonSchema.format === "uuid" || jsonSchema.format === "date-time") delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
};

const description = `Everything that MDReader's procedures do, for programs without tRPC.

**Signing in.** Log in, and send the access token along: \`Authorization: Bearer …\`. Tools send an API key in the same place.

**Lists** answer \`{ items, nextCursor }\`, take \`limit\` and \`cursor\`, and end with \`nextCursor: null\`.

**Failures** have one shape. \`error.data.reason\` says why, and does not change. What you may not see answers as what does not exist.

**Saving text.** Send \`baseVersion\`, the version whose text you changed: your change is merged into what the document has become.`;
