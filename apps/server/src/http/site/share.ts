import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { Hono } from "hono";
import { compress } from "hono/compress";

import { setMetricsRoute, type Env } from "./env.ts";
import { createShareHeaders } from "./page-headers.ts";
import { webAppNotBuiltPage, type WebOptions } from "./web.ts";

/**
 * Serves the public page of shared documents at `/s/<token>`. The page is identical for valid and invalid tokens; only
 * the procedure that it calls distinguishes them.
 */
export function shareRoutes({ webRoot }: Pick<WebOptions, "webRoot">) {
  const page = join(webRoot, "share.html");
  const isBuilt = existsSync(page);
  const headers = createShareHeaders();

  return new Hono<Env>().use(compress()).get("/:token", async (context) => {
    setMetricsRoute(context, "share");
    if (!isBuilt) return context.text(webAppNotBuiltPage, 404);
    return context.html(await readFile(page, "utf8"), 200, headers);
  });
}
