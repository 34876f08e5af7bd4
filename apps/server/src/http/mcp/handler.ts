import type { IncomingMessage } from "node:http";

import { type Context, type Services, toNetwork } from "@mdreader/api";
import { createMcpServer } from "@mdreader/mcp";
import { createMcpHandler as createSdkHandler } from "@modelcontextprotocol/server";
import type { Logger } from "pino";

import type { BudgetOwners } from "../../flow-control/budget-owners.ts";
import { countWritten } from "../../flow-control/event-loop-turns.ts";
import type { MemoryBudgets } from "../../flow-control/memory-budgets.ts";
import type { Handler } from "../handler.ts";
import { parseJsonBody, readJsonBody } from "../procedure/body.ts";
import {
  createContext,
  createDisconnectSignal,
  reserveResponse,
  send,
  toErrorShape,
} from "../procedure/call.ts";
import { badRequest, wrongMethod } from "../procedure/errors.ts";
import { waitForPreviousResponse } from "../procedure/pipelining.ts";
import type { RequestLimit } from "../request-limit.ts";
import type { Origins } from "../request/origins.ts";
import { createErrorResponse } from "../response/error-response.ts";
import { apiHeaders, type Headers } from "../response/headers.ts";
import { identify } from "../stream/event-stream.ts";
import { createLocalClient } from "./local-client.ts";
import { createRunningCalls, createSession, sessionHeader } from "./running-calls.ts";

export interface McpOptions {
  services: Services;
  origins: Origins;
  budgets: MemoryBudgets;
  owners: BudgetOwners;
  requestLimit: RequestLimit;
  log: Logger;
  /** The public address of the app. */
  appUrl: string;
  version: string;
}

/**
 * Serves the tools for agents over Streamable HTTP (Model Context Protocol), at one address.
 *
 * The server stores no sessions: each message carries its credential and is checked, and any server can take the next
 * one. A call ends when its client disconnects or cancels it.
 */
export function createMcpHandler(options: McpOptions): Handler {
  const { services, origins, budgets, owners, requestLimit } = options;
  const limiter = { budgets, owners };
  const running = createRunningCalls();
  return async (request, response, info, headers) => {
    const responseHeaders: Headers = { ...headers, ...apiHeaders, "content-type": "application/json" };
    info.route = "mcp";
    const previous = waitForPreviousResponse(request, response);
    let context: Context | undefined;
    try {
      if (!origins.isTrusted(request)) {
        const { body } = createErrorResponse("BAD_INPUT", 403, { origin: ["isn't trusted"] });
        return send(request, response, { status: 403, headers: responseHeaders, body: [body] });
      }
      // Other methods belong to sessions and to streams that a server opens.
      if (request.method !== "POST") throw wrongMethod();
      context = await createContext(services, request, info, null);
      const owner = await owners.find(context.credential);
      requestLimit.count(owner ?? toNetwork(context.request.ipAddress), responseHeaders);
      const { caller } = await identify(context);
      const message = await readMessage(request, { context, paths: [largestCall], budgets, response });
      using reserved = await reserveResponse(limiter, context, ["document.get"], previous);
      if (response.destroyed) return;
      const canceled = new AbortController();
      const signal = AbortSignal.any([createDisconnectSignal(response), canceled.signal]);
      const session = request.headers[sessionHeader]?.toString();
      using calls = new DisposableStack();
      const sender = { caller: caller.keyId ?? caller.sessionId ?? caller.userId, session, message };
      calls.defer(running.receive(sender, () => canceled.abort()));
      const answer = await answerMessage(options, { request, requestId: info.id, context, message, signal });
      if (response.destroyed) return;
      const { status, contentType, body } = answer;
      countWritten(body.length);
      if (contentType === null) delete responseHeaders["content-type"];
      else responseHeaders["content-type"] = contentType;
      const opened = createSession(message);
      if (opened !== null) responseHeaders[sessionHeader] = opened;
      await send(request, response, { status, headers: responseHeaders, body: [body] }, reserved.account);
    } catch (thrown) {
      if (response.destroyed) return;
      const error = toErrorShape(thrown, context);
      const { httpStatus: status, retryAfter } = error.data;
      if (retryAfter !== undefined) responseHeaders["retry-after"] = String(retryAfter);
      if (status === 401) responseHeaders["www-authenticate"] = createChallenge(request);
      if (status === 405) responseHeaders["allow"] = "POST";
      await send(request, response, { status, headers: responseHeaders, body: [JSON.stringify({ error })] });
    }
  };
}

interface ReceivedMessage {
  request: IncomingMessage;
  requestId: string;
  context: Context;
  message: unknown;
  /** Ends the call. */
  signal: AbortSignal;
}

/** Answers a message, whose tools run as its caller. */
async function answerMessage(
  { log, appUrl, version }: McpOptions,
  { request, requestId, context, message, signal }: ReceivedMessage,
): Promise<{ status: number; contentType: string | null; body: string }> {
  const client = createLocalClient(context);
  const sdk = createSdkHandler(() => createMcpServer(client, { version, url: appUrl, signal }), {
    maxSubscriptions: 0,
    onerror: (error) => log.debug({ err: error, requestId }, "MCP error"),
  });
  const answer = await sdk.fetch(toWebRequest(request, signal), { parsedBody: message });
  return {
    status: answer.status,
    contentType: answer.headers.get("content-type"),
    body: await answer.text(),
  };
}

/**
 * Asks for a bearer token. An authorization server (OAuth 2.1) would be announced here, with the address of the
 * metadata of this resource.
 */
const createChallenge = ({ headers: { authorization } }: IncomingMessage) =>
  `Bearer realm="MDReader"${authorization === undefined ? "" : ', error="invalid_token"'}`;

/** The call with the largest input that a tool makes. */
const largestCall = "document.applyText";

/** Batches were removed from the protocol, and would multiply the memory that a request needs. */
async function readMessage(...args: Parameters<typeof readJsonBody>): Promise<unknown> {
  const message = parseJsonBody(await readJsonBody(...args));
  if (Array.isArray(message)) throw badRequest("batches of messages aren't supported");
  return message;
}

/** The SDK's view of a request, whose body has been read. */
function toWebRequest({ headers }: IncomingMessage, signal: AbortSignal): Request {
  const names = ["accept", "content-type", "mcp-method", "mcp-name", "mcp-protocol-version"];
  const known = names.flatMap((name): [string, string][] => {
    const value = headers[name];
    return value === undefined ? [] : [[name, String(value)]];
  });
  return new Request("http://localhost/mcp", { method: "POST", headers: known, signal });
}
