import { createServer, type Server } from "node:http";

import { createMatrixFixture, createTestApp, rows, type TestApp } from "@mdreader/api/testing";
import { policy } from "@mdreader/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { createBudgetOwners } from "../../flow-control/budget-owners.ts";
import { createMemoryBudgets, defaultMemoryLimits } from "../../flow-control/memory-budgets.ts";
import { createRequestLimit } from "../request-limit.ts";
import { createOrigins } from "../request/origins.ts";
import { readRequestInfo } from "../request/request-info.ts";
import { type Endpoint, endpoints, listPathFields, acceptsBody } from "./endpoint.ts";
import { createRestHandler } from "./handler.ts";

/**
 * Calls every endpoint as the owner of a workspace, with the procedure's input from the authorization matrix. New
 * procedures are therefore tested over REST, too.
 */

let app: TestApp;
let server: Server;
let url: string;
beforeAll(async () => {
  app = await createTestApp();
  const rest = createRestHandler({
    services: app.services,
    origins: createOrigins("http://app.test", []),
    budgets: createMemoryBudgets(defaultMemoryLimits),
    owners: createBudgetOwners(app.services),
    requestLimit: createRequestLimit(0, () => 0),
  });
  server = createServer((request, response) => void rest(request, response, readRequestInfo(request, 0), {}));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  url = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await app[Symbol.asyncDispose]();
});

const record = z.record(z.string(), z.unknown());

test.each(endpoints)("$method $path does what $procedure does", async (endpoint) => {
  const world = await createMatrixFixture(app);
  const who = findActor(endpoint);
  const input = record.parse((await rows[endpoint.procedure]?.(world, who)) ?? {});
  const { token } = await app.services.tokens.issueAccess(world.people[who].credential);
  const answer = await call(endpoint, input, token);
  const text = await answer.text();
  expect([answer.status, text]).toEqual([endpoint.status, expect.anything()]);
  if (endpoint.outputSchema === null) expect(text).toBe("");
  else expect(toResponseSchema(endpoint.outputSchema).safeParse(JSON.parse(text)).error).toBeUndefined();
});

function findActor({ procedure, action }: Endpoint): "editor" | "owner" | "superuser" {
  if (action !== "public" && policy[action].role === "superuser") return "superuser";
  // The only owner can't leave.
  return procedure === "workspace.leave" ? "editor" : "owner";
}

function call(endpoint: Endpoint, input: Record<string, unknown>, token: string): Promise<Response> {
  const { method, path } = endpoint;
  const inPath = listPathFields(endpoint);
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(asText(input[name])));
  const rest = Object.entries(input).filter(([name]) => !inPath.includes(name));
  const query = new URLSearchParams(
    rest.flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, asText(one)])),
  );
  const hasBody = acceptsBody(endpoint) && rest.length > 0;
  return fetch(`${url}${filled}${acceptsBody(endpoint) ? "" : `?${query.toString()}`}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(hasBody && { "content-type": "application/json" }) },
    ...(hasBody && { body: JSON.stringify(Object.fromEntries(rest)) }),
  });
}

/** Formats a value for a URL; null is an empty value. */
const asText = (value: unknown) => z.coerce.string().parse(value ?? "");

/** The output schema after all transforms. */
const toResponseSchema = (answer: z.ZodType) =>
  answer instanceof z.ZodPipe ? z.instanceof(z.ZodType).parse(answer.out) : answer;
