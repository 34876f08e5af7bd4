import { listReasons, type Reason, reasonNotes, reasons, role } from "@mdreader/contract";
import { z } from "zod";
import type { ZodOpenApiExampleObject, ZodOpenApiResponseObject } from "zod-openapi";

import { createErrorResponse } from "../../response/error-response.ts";
import { type Endpoint, acceptsBody } from "../endpoint.ts";

const allReasons = z.enum(
  Object.keys(reasons).filter((name): name is Reason => Object.hasOwn(reasons, name)),
);

/** The body of all error responses. */
export const failure = z.object({
  error: z
    .object({
      message: z.string().describe("A message for people. It may change."),
      code: z.int().describe("The JSON-RPC error code."),
      data: z
        .object({
          reason: allReasons.describe("Why the request failed. Stable, so programs can rely on it."),
          code: z.string().describe("The name of the status, such as `NOT_FOUND`."),
          httpStatus: z.int().describe("The status of the response."),
          path: z.string().optional().describe("The procedure that was called."),
          fieldErrors: z
            .record(z.string(), z.array(z.string()))
            .optional()
            .describe("Messages by field; with `BAD_INPUT`."),
          retryAfter: z.int().optional().describe("Seconds to wait before retrying."),
          requiredRole: role
            .optional()
            .describe("The lowest role that permits the request; with `ROLE_TOO_LOW`."),
          currentRole: role.optional().describe("The caller's role in the workspace; with `ROLE_TOO_LOW`."),
          requestId: z.string().optional().describe("Identifies the request in the server's log."),
          traceId: z
            .string()
            .optional()
            .describe("Identifies the trace of the call, if the server records traces."),
        })
        .describe("What programs need to know about the failure."),
    })
    .describe("The failure. A successful response has no such field."),
});

/** An example response for each reason, referenced by name. */
export const failureExamples: Record<string, ZodOpenApiExampleObject> = Object.fromEntries(
  allReasons.options.map((reason) => [
    reason,
    { summary: reasons[reason], value: createErrorExample(reason) },
  ]),
);

function createErrorExample(reason: Reason): unknown {
  const { error } = failure.parse(JSON.parse(createErrorResponse(reason).body));
  const more = {
    ...(reason === "BAD_INPUT" && {
      fieldErrors: { name: ["must not be empty"] },
    }),
    ...(reason === "ROLE_TOO_LOW" && { requiredRole: "editor", currentRole: "viewer" }),
    ...(reason === "RATE_LIMITED" && { retryAfter: 42 }),
    ...(reason === "UNAVAILABLE" && { retryAfter: 1 }),
  };
  return { error: { ...error, data: { ...error.data, ...more, requestId: "k3J9x0aZq1c-2f" } } };
}

/** Creates the error responses of an endpoint, by status. */
export function createErrorResponses(endpoint: Endpoint): Record<string, ZodOpenApiResponseObject> {
  const isPaged = "cursor" in endpoint.fields;
  const procedureReasons = listReasons(endpoint.procedure, { ...endpoint, isPaged });
  const formReasons = endpoint.route.form?.reasons ?? [];
  const possible = [...new Set([...procedureReasons, ...formReasons])];
  const byStatus = Map.groupBy(possible, (reason) => createErrorResponse(reason).status);
  const answers = Array.from(byStatus, ([status, some]) => [status, describeResponse(some)]);
  if (acceptsBody(endpoint)) answers.push([415, describeResponse(["BAD_INPUT"])]);
  if (hasCondition(endpoint.fields))
    answers.push([
      412,
      describeResponse(["expectedHash" in endpoint.fields ? "FILE_CHANGED" : "VERSION_CONFLICT"]),
    ]);
  return Object.fromEntries(answers);
}

/** Whether requests can demand a state of the resource. */
export const hasCondition = (fields: Endpoint["fields"]): boolean =>
  "expectedHash" in fields || "expectedVersion" in fields;

function describeResponse(some: readonly Reason[]): ZodOpenApiResponseObject {
  const examples = Object.fromEntries(
    some.map((reason) => [reason, { $ref: `#/components/examples/${reason}` }]),
  );
  const limited = some.some((reason) => reason === "RATE_LIMITED" || reason === "UNAVAILABLE");
  return {
    description: some.map((reason) => `\`${reason}\`: ${reasonNotes[reason]}`).join("\n\n"),
    content: { "application/json": { schema: failure, examples } },
    ...(limited && { headers: { "retry-after": { $ref: "#/components/headers/RetryAfter" } } }),
  };
}
