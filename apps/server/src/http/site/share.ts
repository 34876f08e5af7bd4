import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { findShareTitle, type Services } from "@mdreader/api";
import { Hono } from "hono";
import { compress } from "hono/compress";
import type { Logger } from "pino";

import { setMetricsRoute, type Env } from "./env.ts";
import { createShareHeaders } from "./page-headers.ts";
import { webAppNotBuiltPage, type WebOptions } from "./web.ts";

export interface ShareOptions extends Pick<WebOptions, "webRoot"> {
  services: Pick<Services, "database" | "clock">;
  log: Pick<Logger, "warn">;
}

/**
 * Serves the public page of shared documents at `/s/<token>`. The page of a valid token without a password names the
 * document for previews of the link. All others are identical; only the procedure that they call distinguishes them.
 */
export function createShareRoutes({ webRoot, services, log }: ShareOptions) {
  const page = join(webRoot, "share.html");
  const isBuilt = existsSync(page);
  const headers = createShareHeaders();

  return new Hono<Env>().use(compress()).get("/:token", async (context) => {
    setMetricsRoute(context, "share");
    if (!isBuilt) return context.text(webAppNotBuiltPage, 404);
    const html = await readFile(page, "utf8");
    const title = await findShareTitle(services, context.req.param("token")).catch((error: unknown) => {
      log.warn({ err: error }, "the title of a shared document couldn't be read");
      return null;
    });
    return context.html(title === null ? html : withTitle(html, title), 200, headers);
  });
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function withTitle(html: string, title: string): string {
  const escaped = title.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
  const tags = `<meta property="og:title" content="${escaped}" /><meta property="og:type" content="article" />`;
  return html.replace("<title>", () => `${tags}<title>`);
}
