import { type Services, toNetwork, toTrpcError } from "@mdreader/api";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Logger } from "pino";
import { z } from "zod";

import type { Metrics } from "../../metrics.ts";
import type { Origins } from "../request/origins.ts";
import { createErrorResponse } from "../response/error-response.ts";
import { type Env, getRequestInfo, setMetricsRoute } from "./env.ts";

export interface BrowserErrorsOptions {
  services: Pick<Services, "limiter">;
  origins: Origins;
  metrics: Pick<Metrics, "browserError">;
  log: Logger;
}

/** Maximum size of a report, in bytes. */
const maxReportBytes = 8 * 1024;

/** Frames of a stack that are logged. */
const maxFrames = 12;

const identifier = z
  .string()
  .regex(/^[\w.:-]{1,80}$/)
  .optional();

/** An error in a browser. Fields that are not named here are ignored. */
const browserError = z.object({
  kind: z.enum(["error", "rejection", "render"]),
  name: z.string().regex(/^[\w$. ]{1,80}$/),
  message: z.string().max(1000),
  stack: z.string().max(6000).default(""),
  /** The pattern of the page's address, such as `/w/$workspaceId`. */
  route: z
    .string()
    .regex(/^[\w/${}.-]{0,120}$/)
    .default(""),
  version: identifier,
  requestId: identifier,
  traceId: identifier,
});

/**
 * Receives the errors of the web app, so that the operator learns of them: each is one line in the log, and is counted.
 * People who are not signed in have errors too, so no credentials are needed; pages of other sites are rejected, and the
 * number per network is limited.
 */
export function createBrowserErrorRoutes({ services, origins, metrics, log }: BrowserErrorsOptions) {
  const reject = (reason: "BAD_INPUT" | "PAYLOAD_TOO_LARGE" | "NOT_FOUND" | "RATE_LIMITED", status: number) =>
    new Response(createErrorResponse(reason, status).body, {
      status,
      headers: { "content-type": "application/json" },
    });
  return new Hono<Env>().post(
    "/",
    async (context, next) => {
      setMetricsRoute(context, "browser errors");
      if (!isOwnPage(origins, context.req.header("origin"), context.req.header("host"))) {
        return reject("NOT_FOUND", 404);
      }
      const network = toNetwork(getRequestInfo(context).ipAddress);
      try {
        await services.limiter.consume("browserError", network);
        await services.limiter.consume("browserError.total", "all");
      } catch (error) {
        if (toTrpcError(error).code !== "TOO_MANY_REQUESTS") throw error;
        return reject("RATE_LIMITED", 429);
      }
      return next();
    },
    bodyLimit({ maxSize: maxReportBytes, onError: () => reject("PAYLOAD_TOO_LARGE", 413) }),
    async (context) => {
      const isJson = context.req.header("content-type")?.startsWith("application/json") === true;
      const body: unknown = isJson ? await context.req.json().catch(() => null) : null;
      const report = browserError.safeParse(body).data;
      if (report === undefined) return reject("BAD_INPUT", 400);
      const { kind, message, stack, ...facts } = report;
      metrics.browserError(kind);
      const { id, userAgent } = getRequestInfo(context);
      log.warn(
        { id, kind, detail: redactMessage(message), stack: parseFrames(stack), ...facts, userAgent },
        "browser error",
      );
      return context.body(null, 204);
    },
  );
}

/** Browsers send the origin of the page with every POST request. */
const isOwnPage = (origins: Origins, origin: string | undefined, host: string | undefined): boolean =>
  origin !== undefined && !origins.isListed(origin) && origins.isTrusted({ headers: { origin, host } });

/**
 * Shortens a message to what comes before its first quotation, which may be text of a document, and removes the addresses
 * in it, which may contain tokens.
 */
const redactMessage = (message: string): string =>
  message
    .replace(/["'`“‘«][^]*$/u, "…")
    .replaceAll(/\b[a-z][\w+.-]*:\/\/\S+/gi, "[address]")
    .replaceAll(/\S+@\S+/g, "[email]")
    .replaceAll(/[\w-]{24,}/g, "[…]")
    .replaceAll(/\p{Cc}+/gu, " ")
    .slice(0, 200);

/** A place in one of the app's files, in the formats of all browsers. */
const frame = /(?:(?<name>[\w$.<>]{1,80})(?: \(|@))?\S*?(?<place>\/assets\/[\w.-]{1,80}\.js:\d+:\d+)/;

/** Returns the places of a stack in the app's files, without everything else that it may contain. */
function parseFrames(stack: string): string[] {
  const found = stack.split("\n").flatMap((line) => {
    const { name, place } = frame.exec(line.slice(0, 500))?.groups ?? {};
    return place === undefined ? [] : [name === undefined ? place : `${name.trim()} ${place}`];
  });
  return found.slice(0, maxFrames);
}
