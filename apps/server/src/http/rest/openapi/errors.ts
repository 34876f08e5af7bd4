import { type Action, can, policy, type Reason, reasons } from "@mdreader/contract";
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
          requestId: z.string().optional().describe("Identifies the request in the server's log."),
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
    ...(reason === "RATE_LIMITED" && { retryAfter: 42 }),
    ...(reason === "UNAVAILABLE" && { retryAfter: 1 }),
  };
  return { error: { ...error, data: { ...error.data, ...more, requestId: "k3J9x0aZq1c-2f" } } };
}

/** Creates the error responses of an endpoint, by status. */
export function createErrorResponses(endpoint: Endpoint): Record<string, ZodOpenApiResponseObject> {
  const byStatus = Map.groupBy(listReasons(endpoint), (reason) => createErrorResponse(reason).status);
  const answers = Array.from(byStatus, ([status, some]) => [status, response(some)]);
  if (acceptsBody(endpoint)) answers.push([415, response(["BAD_INPUT"])]);
  if (hasCondition(endpoint.fields))
    answers.push([412, response(["expectedHash" in endpoint.fields ? "FILE_CHANGED" : "VERSION_CONFLICT"])]);
  return Object.fromEntries(answers);
}

/** Whether requests can demand a state of the resource. */
export const hasCondition = (fields: Endpoint["fields"]): boolean =>
  "expectedHash" in fields || "expectedVersion" in fields;

function response(some: readonly Reason[]): ZodOpenApiResponseObject {
  const examples = Object.fromEntries(
    some.map((reason) => [reason, { $ref: `#/components/examples/${reason}` }]),
  );
  const limited = some.some((reason) => reason === "RATE_LIMITED" || reason === "UNAVAILABLE");
  return {
    description: some.map((reason) => `\`${reason}\`: ${reasons[reason]}`).join("\n\n"),
    content: { "application/json": { schema: failure, examples } },
    ...(limited && { headers: { "retry-after": { $ref: "#/components/headers/RetryAfter" } } }),
  };
}

/** Lists the reasons common to procedures of this kind, and those that the route declares. */
function listReasons(endpoint: Endpoint): Reason[] {
  const { action, fields, route } = endpoint;
  const some = new Set<Reason>();
  if (Object.keys(fields).length > 0) some.add("BAD_INPUT");
  if ("cursor" in fields) some.add("BAD_CURSOR");
  if (acceptsBody(endpoint)) some.add("PAYLOAD_TOO_LARGE");
  if (action !== "public" && endpoint.type === "mutation") {
    some.add("IDEMPOTENCY_KEY_REUSED");
    some.add("RESULT_NOT_STORED");
  }
  if (action !== "public") for (const reason of listAuthReasons(action)) some.add(reason);
  for (const reason of route.errors ?? []) some.add(reason);
  return [...some, "INTERNAL", "UNAVAILABLE"];
}

/** Lists the reasons for which authentication and authorization can fail. */
function listAuthReasons(action: Action): Reason[] {
  const { role, scope } = policy[action];
  const ofCaller: Reason[] = ["UNAUTHENTICATED", "TOKEN_INVALID", "TOKEN_EXPIRED", "SESSION_ENDED"];
  const ofKey: Reason = scope === "session" ? "ACCOUNT_SESSION_REQUIRED" : "SCOPE_MISSING";
  if (role === null) return [...ofCaller, ofKey];
  if (role === "superuser") return [...ofCaller, ofKey, "SUPERUSER_REQUIRED"];
  return [...ofCaller, ofKey, "NOT_FOUND", ...(can("viewer", action) ? [] : ["ROLE_TOO_LOW" as const])];
}
