import type { IncomingMessage } from "node:http";

import { type Context, type Services, toNetwork } from "@mdreader/api";
import type { Reason } from "@mdreader/contract";
import { z } from "zod";

import type { BudgetOwners } from "../../flow-control/budget-owners.ts";
import { countWritten } from "../../flow-control/event-loop-turns.ts";
import type { MemoryBudgets } from "../../flow-control/memory-budgets.ts";
import { compressibleQueries } from "../../procedures.ts";
import type { Handler } from "../handler.ts";
import { formType, readContentType } from "../procedure/body.ts";
import {
  createContext,
  toErrorShape,
  createDisconnectSignal,
  callProcedure,
  reserveResponse,
  send,
} from "../procedure/call.ts";
import { unsupportedType } from "../procedure/errors.ts";
import { waitForPreviousResponse } from "../procedure/pipelining.ts";
import type { RequestLimit } from "../request-limit.ts";
import type { Origins } from "../request/origins.ts";
import { chooseEncoding, varyByEncoding } from "../response/compression.ts";
import { apiHeaders, type Headers } from "../response/headers.ts";
import { addCondition, createEtag, hasState, isConditional, isKnown } from "./conditions.ts";
import type { EndpointCall } from "./endpoint-call.ts";
import { isFormUpload, receiveForm } from "./form-upload.ts";
import { createNextLink, findLocation } from "./links.ts";
import { createOauthError } from "./oauth.ts";
import { acceptsProblems, createProblem, problemType } from "./problem.ts";
import { listAllowedMethods, matchEndpoint, type MatchedEndpoint } from "./router.ts";

export interface RestOptions {
  services: Services;
  origins: Origins;
  budgets: MemoryBudgets;
  owners: BudgetOwners;
  requestLimit: RequestLimit;
}

/**
 * Serves the procedures over REST, for clients without tRPC: a method and an address instead of a name, and the result
 * without an envelope. Inputs, access, limits and errors are those of the procedures.
 *
 * Cookies are not used, so other sites cannot make a visitor's browser act.
 */
export function createRestHandler({
  services,
  origins,
  budgets,
  owners,
  requestLimit,
}: RestOptions): Handler {
  const limiter = { budgets, owners };
  return async (request, response, info, headers) => {
    const { method = "", url = "" } = request;
    const mark = url.indexOf("?");
    const path = mark === -1 ? url : url.slice(0, mark);
    const all: Headers = { ...headers, ...apiHeaders, "content-type": "application/json" };
    let called: { found?: MatchedEndpoint; context?: Context; input?: unknown } = {};
    let isOauth = false;
    const onOauth = () => {
      isOauth = true;
    };
    info.route = "rest unknown";
    const previous = waitForPreviousResponse(request, response);
    try {
      const found = matchEndpoint(method, path);
      const { endpoint, params } = found;
      info.route = `rest ${endpoint.procedure}`;
      called = { found };
      if (!isAllowedOrigin(request, origins)) throw unsupportedType("forms from other sites aren't accepted");
      const query = new URLSearchParams(mark === -1 ? "" : url.slice(mark + 1));
      const context = await createContext(services, request, info, null);
      called = { found, context };
      const owner = await owners.find(context.credential);
      requestLimit.count(owner ?? toNetwork(context.request.ipAddress), all);
      const use = { context, budgets, response, onOauth };
      const isForm = isFormUpload(request, endpoint);
      const call = isForm
        ? { procedure: endpoint.procedure, input: params, outputSchema: undefined }
        : await found.readInput(request, { params, query }, use);
      const { procedure, outputSchema } = call;
      const input = addCondition(request, endpoint, call.input);
      called = { found, input, context };
      using reserved = await reserveResponse(limiter, context, [procedure], previous);
      if (response.destroyed) return;
      const signal = createDisconnectSignal(response);
      const data = isForm
        ? await receiveForm(request, params, use)
        : await callProcedure({ path: procedure, input }, { context, signal, type: endpoint.type });
      if (response.destroyed) return;
      if (endpoint.outputSchema === null) delete all["content-type"];
      const body = endpoint.outputSchema === null ? "" : writeBody(outputSchema, data);
      const location = findLocation(endpoint, input, data);
      if (location !== null) all["location"] = location;
      const next = createNextLink(path, query, data);
      if (next !== null) all["link"] = next;
      const isRead = endpoint.type === "query" && body !== "";
      const isCompressible = compressibleQueries.has(procedure);
      if (isCompressible) all["vary"] = varyByEncoding(String(all["vary"]));
      const encoding = isCompressible ? chooseEncoding(request, body.length) : null;
      if (isRead || hasState(data)) all["etag"] = createEtag(data, body, encoding);
      if (isRead && isKnown(request, String(all["etag"]))) {
        delete all["content-type"];
        return void response.writeHead(304, all).end();
      }
      const answer = { status: endpoint.status, headers: all, body: [body], encoding };
      await send(request, response, answer, reserved.account);
    } catch (thrown) {
      if (response.destroyed) return;
      const { found, context, input } = called;
      const error = toErrorShape(thrown, context, found?.endpoint.procedure, input);
      const { retryAfter } = error.data;
      if (retryAfter !== undefined) all["retry-after"] = String(retryAfter);
      const isFailedCondition = isConditional(request) && conflicts.has(error.data.reason);
      const httpStatus = isFailedCondition ? 412 : error.data.httpStatus;
      const { status, body } = isOauth
        ? createOauthError(error)
        : {
            status: httpStatus,
            body: acceptsProblems(request) ? createProblem(error, httpStatus) : { error },
          };
      if (!isOauth && acceptsProblems(request)) all["content-type"] = problemType;
      if (status === 401) all["www-authenticate"] = "Bearer";
      if (status === 405) all["allow"] = listAllowedMethods(path).join(", ");
      const answer = { status, headers: all, body: [JSON.stringify(body)] };
      await send(request, response, answer);
    }
  };
}

/** The reasons for which a condition on the state of a resource fails. */
const conflicts: ReadonlySet<Reason> = new Set(["VERSION_CONFLICT", "FILE_CHANGED"]);

/**
 * JSON requires a preflight from other sites, but a form does not. Without this check, a page could use its visitors'
 * browsers to guess passwords.
 */
const isAllowedOrigin = (request: IncomingMessage, origins: Origins) =>
  readContentType(request) !== formType || origins.isTrusted(request);

function writeBody(outputSchema: EndpointCall["outputSchema"], data: unknown): string {
  const json = JSON.stringify(outputSchema === undefined ? data : z.parse(outputSchema, data));
  countWritten(json.length);
  return json;
}
