import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "pino";

/** How often Redis is asked whether it is there, and how long a command waits for its answer. */
const heartbeatMs = 2000;
const commandTimeoutMs = 1000;

/**
 * A connection to Redis that never holds anyone up: while Redis is away, commands fail at once, and the connection comes
 * back by itself. One that died without a word is found by its heartbeat, and opened anew.
 */
export function connectRedis(url: string, log: Logger, options: RedisOptions = {}): Redis {
  const redis = new Redis(url, {
    ...options,
    connectTimeout: 5000,
    commandTimeout: commandTimeoutMs,
    keepAlive: 5000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(100 * attempt, 2000),
  });
  const heartbeat = setInterval(() => {
    if (redis.status === "ready")
      redis.ping().catch(() => redis.status === "ready" && redis.disconnect(true));
  }, heartbeatMs);
  heartbeat.unref();
  redis.on("end", () => clearInterval(heartbeat));
  let away = false;
  redis.on("error", (error) => {
    if (!away) log.warn({ err: error }, "Redis does not answer; this server goes on by itself");
    away = true;
  });
  redis.on("ready", () => {
    if (away) log.info("Redis answers again");
    away = false;
  });
  return redis;
}
