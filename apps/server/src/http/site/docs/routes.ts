import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";

import { type Context, Hono } from "hono";
import { compress } from "hono/compress";

import { installation } from "../../../installation.ts";
import { createOpenApiDocument } from "../../rest/openapi/document.ts";
import { setMetricsRoute, type Env } from "../env.ts";
import type { DocsAsset } from "./assets.ts";
import { type Page, createRedocPage, redocStart, swaggerPage, swaggerStart } from "./pages.ts";

export interface DocsOptions {
  version: string;
}

/** Assets of the pages. They come from installed packages, not from other servers. */
const files: readonly (readonly [path: string, asset: DocsAsset, type: string])[] = [
  ["/docs/swagger-ui.css", "swagger-ui-dist/swagger-ui.css", "text/css"],
  ["/docs/swagger-ui.js", "swagger-ui-dist/swagger-ui-bundle.js", "text/javascript"],
  ["/docs/favicon.png", "swagger-ui-dist/favicon-32x32.png", "image/png"],
  ["/redoc/redoc.js", "redoc/bundles/redoc.standalone.js", "text/javascript"],
];

/** Serves the OpenAPI description and two viewers: `/docs` (Swagger UI) and `/redoc`. */
export function createDocsRoutes({ version }: DocsOptions) {
  let description: string | null = null;
  const routes = new Hono<Env>();
  for (const path of ["/openapi.json", "/docs/*", "/redoc/*"]) {
    routes.use(path, compress(), async (context, next) => {
      setMetricsRoute(context, "docs");
      await next();
    });
  }
  for (const [path, asset, type] of files) {
    routes.get(path, async (context) =>
      context.body(await readFile(installation.findAsset(asset)), 200, {
        "content-type": type,
        "cache-control": "max-age=86400",
      }),
    );
  }
  return routes
    .get("/openapi.json", (context) => {
      description ??= JSON.stringify(createOpenApiDocument(version));
      const headers = { "content-type": "application/json", "cache-control": "no-cache" };
      return context.body(description, 200, headers);
    })
    .get("/docs", (context) => showPage(context, swaggerPage))
    .get("/docs/start.js", (context) => context.body(swaggerStart, 200, script))
    .get("/redoc", (context) => showPage(context, createRedocPage(randomBytes(16).toString("base64url"))))
    .get("/redoc/start.js", (context) => context.body(redocStart, 200, script));
}

const script = { "content-type": "text/javascript", "cache-control": "no-cache" };

function showPage(context: Context<Env>, { html, policy }: Page) {
  return context.html(html, 200, { "content-security-policy": policy, "cache-control": "no-cache" });
}
