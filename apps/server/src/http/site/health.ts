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
 * `/health` for people, `/health/live` for who restarts what hangs, `/health/ready` for who sends requests here. Only the
 * last two change their status: a server without its database is not ready, but no restart would help it.
 */
export function healthRoutes({ health, version, isDraining }: HealthOptions) {
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
      return ok ? context.json({ status: "ok" }) : context.json({ status: "database does not answer" }, 503);
    });
}
