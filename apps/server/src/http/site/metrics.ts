import { createHash, timingSafeEqual } from "node:crypto";

import { Hono } from "hono";

import type { Metrics } from "../../metrics.ts";
import { setMetricsRoute, type Env, isLoopbackRequest } from "./env.ts";

export interface MetricsOptions {
  metrics: Metrics;
  /** The bearer token that is required to read metrics. If unset, only this machine can read them. */
  metricsToken: string | undefined;
}

export function createMetricsRoutes({ metrics, metricsToken }: MetricsOptions) {
  return new Hono<Env>().get("/", async (context) => {
    setMetricsRoute(context, "metrics");
    const may =
      metricsToken === undefined
        ? isLoopbackRequest(context)
        : isSame(context.req.header("authorization") ?? "", `Bearer ${metricsToken}`);
    if (!may) return context.notFound();
    const { type, text } = await metrics.expose();
    return context.body(text, 200, { "content-type": type });
  });
}

const isSame = (one: string, other: string) => timingSafeEqual(hashToken(one), hashToken(other));

const hashToken = (text: string) => createHash("sha256").update(text).digest();
