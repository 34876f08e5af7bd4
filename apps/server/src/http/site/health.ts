import { Hono } from "hono";

import type { Health } from "../../health.ts";
import { setMetricsRoute, type Env } from "./env.ts";

export interface HealthOptions {
  health: Health;
  version: string;
  /** Whether the server is stopping. */
  isDraining(): boolean;
}

/**
 * `/health` is for people, `/health/live` for supervisors that restart a hung process, `/health/ready` for load
 * balancers. A server without its database is not ready but is live, because a restart would not help.
 */
export function createHealthRoutes({ health, version, isDraining }: HealthOptions) {
  const startedAt = Date.now();
  return new Hono<Env>()
    .use(async (context, next) => {
      setMetricsRoute(context, "health");
      await next();
    })
    .get("/", async (context) => {
      const database = await health.database();
      const status = isDraining() ? "draining" : database.ok ? "ok" : "degraded";
      const uptime = Math.round((Date.now() - startedAt) / 1000);
      return context.json({ status, version, uptime, checks: { database } }, status === "ok" ? 200 : 503);
    })
    .get("/live", (context) => context.json({ status: "ok" }))
    .get("/ready", async (context) => {
      if (isDraining()) return context.json({ status: "draining" }, 503);
      const { ok } = await health.database();
      return ok ? context.json({ status: "ok" }) : context.json({ status: "database unavailable" }, 503);
    });
}
