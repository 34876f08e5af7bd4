import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { compress } from "hono/compress";

import { setMetricsRoute, type Env } from "./env.ts";
import { createFrameHeaders, createPageHeaders } from "./page-headers.ts";

export interface WebOptions {
  /** The folder with the built web app. */
  webRoot: string;
  /** The public address of the app. */
  appUrl: string;
  /** The origin that browsers send files to directly, or null. */
  uploadOrigin: string | null;
}

const yearSeconds = 31_536_000;

/** The page that renders diagrams, which only the app may embed. */
const frame = "/diagram.html";

/** Paths of the server, which are never pages of the web app. */
const isServerPath = /^\/(api|auth|trpc|ws|health|metrics|dev|docs|redoc|files|assets|s)(\/|$)/;

/** Serves the web app: its files, and its single page for all client-side routes. */
export function createWebRoutes({ webRoot, appUrl, uploadOrigin }: WebOptions) {
  const index = join(webRoot, "index.html");
  const isBuilt = existsSync(index);
  const headers = createPageHeaders(appUrl, uploadOrigin);
  const frameHeaders = createFrameHeaders(appUrl);
  const files = serveStatic<Env>({ root: isBuilt ? webRoot : "", precompressed: true });

  return new Hono<Env>()
    .use(compress())
    .get("*", async (context, next) => {
      const { path } = context.req;
      // Names in `assets` contain a hash of the content.
      const isHashed = path.startsWith("/assets/");
      if (!isBuilt || (isServerPath.test(path) && !isHashed)) return next();
      const file = await files(context, async () => {});
      if (file === undefined) return next();
      setMetricsRoute(context, "web");
      const fileHeaders = path === frame ? frameHeaders : headers;
      for (const [name, value] of Object.entries(fileHeaders)) file.headers.set(name, value);
      // The frame has an opaque origin, so its own scripts are cross-origin to it.
      if (isHashed) file.headers.set("access-control-allow-origin", "*");
      file.headers.set("cache-control", isHashed ? `public, max-age=${yearSeconds}, immutable` : "no-cache");
      return file;
    })
    .get("*", async (context) => {
      const { path } = context.req;
      const wantsPage = context.req.header("accept")?.includes("text/html") ?? false;
      if (isServerPath.test(path) || !wantsPage) return context.notFound();
      setMetricsRoute(context, "web");
      if (!isBuilt) return context.text(webAppNotBuiltPage, 404);
      return context.html(await readFile(index, "utf8"), 200, { ...headers, "cache-control": "no-cache" });
    });
}

/** The response if the web app has not been built. */
export const webAppNotBuiltPage =
  "The web app hasn't been built. Run `pnpm start` or `pnpm build`, or use `pnpm dev`, which serves it separately.\n";
