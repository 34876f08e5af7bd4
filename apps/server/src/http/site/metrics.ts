import { createHash, timingSafeEqual } from "node:crypto";

import { Hono } from "hono";

import type { Metrics } from "../../metrics.ts";
import { countAs, type Env, isFromHere } from "./env.ts";

export interface MetricsOptions {
  metrics: Metrics;
  /** Who shows it as a bearer token may look. Without one, this machine may. */
  metricsToken: string | undefined;
}

export function metricsRoutes({ metrics, metricsToken }: MetricsOptions) {
  return new Hono<Env>().get("/", async (context) => {
    countAs(context, "metrics");
    const may =
      metricsToken === undefined
        ? isFromHere(context)
        : isSame(context.req.header("authorization") ?? "", `Bearer ${metricsToken}`);
    if (!may) return context.notFound();
    const { type, text } = await metrics.expose();
    return context.body(text, 200, { "content-type": type });
  });
}

const isSame = (one: string, other: string) => timingSafeEqual(digest(one), digest(other));

const digest = (text: string) => createHash("sha256").update(text).digest();
