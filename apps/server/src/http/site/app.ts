import type { IncomingMessage, ServerResponse } from "node:http";

import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import type { Logger } from "pino";

import type { Metrics } from "../../metrics.ts";
import type { RequestInfo } from "../request/request-info.ts";
import { createErrorResponse } from "../response/error-response.ts";
import { apiHeaders, type Headers } from "../response/headers.ts";
import { type BrowserErrorsOptions, createBrowserErrorRoutes } from "./browser-errors.ts";
import { type MailsOptions, createMailRoutes } from "./dev-mailbox.ts";
import { createDocsRoutes, type DocsOptions } from "./docs/routes.ts";
import { type Env, getRequestInfo, setRequestInfo } from "./env.ts";
import { type HealthOptions, createHealthRoutes } from "./health.ts";
import { type InfoOptions, createInfoRoutes } from "./info.ts";
import { type MetricsOptions, createMetricsRoutes } from "./metrics.ts";
import { createOidcRoutes, type OidcOptions } from "./oidc/routes.ts";
import { createShareRoutes } from "./share.ts";
import { createWebRoutes, type WebOptions } from "./web.ts";

export interface SiteOptions
  extends
    BrowserErrorsOptions,
    DocsOptions,
    HealthOptions,
    InfoOptions,
    MailsOptions,
    MetricsOptions,
    OidcOptions,
    WebOptions {
  services: OidcOptions["services"];
  metrics: Metrics;
  log: Logger;
}

/** Serves everything except procedures: health, metrics, documentation and the web app. */
export function createSite(options: SiteOptions) {
  const site = new Hono<Env>();
  site.use(async (context, next) => {
    await next();
    context.res.headers.append("vary", "origin");
    for (const [name, value] of Object.entries(apiHeaders)) {
      if (!context.res.headers.has(name)) context.res.headers.set(name, String(value));
    }
  });
  site.route("/health", createHealthRoutes(options));
  site.route("/api/v1/info", createInfoRoutes(options));
  site.route("/metrics", createMetricsRoutes(options));
  if (options.outbox !== null) site.route("/dev/mails", createMailRoutes(options.outbox));
  site.route("/browser-errors", createBrowserErrorRoutes(options));
  site.route("/auth/oidc", createOidcRoutes(options));
  site.route("/", createDocsRoutes(options));
  site.route("/s", createShareRoutes(options));
  site.route("/", createWebRoutes(options));
  const json = { "content-type": "application/json" };
  site.notFound((context) => context.body(createErrorResponse("NOT_FOUND").body, 404, json));
  site.onError((error, context) => {
    options.log.error({ err: error, requestId: getRequestInfo(context).id }, "unexpected error");
    return context.body(createErrorResponse("INTERNAL").body, 500, json);
  });

  const listener = getRequestListener(
    (request, bindings) => site.fetch(request, { incoming: bindings.incoming }),
    { overrideGlobalObjects: false },
  );
  return async (request: IncomingMessage, response: ServerResponse, info: RequestInfo, headers: Headers) => {
    setRequestInfo(request, info);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    await listener(request, response);
  };
}
