import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "pino";

/** Heartbeat interval, and the timeout of a command. */
const heartbeatMs = 2000;
const commandTimeoutMs = 1000;

/**
 * Opens a connection to Redis that never blocks callers: while Redis is unavailable, commands fail immediately. The
 * client reconnects automatically; a heartbeat detects dead connections.
 */
export function connectRedis(
  url: string,
  log: Logger,
  // Not all options, because the type of the client depends on some, and comparing such types takes seconds.
  options: Pick<RedisOptions, "autoResubscribe"> = {},
): Redis {
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
  let isUnavailable = false;
  redis.on("error", (error) => {
    if (!isUnavailable) log.warn({ err: error }, "Redis is unavailable; continuing without it");
    isUnavailable = true;
  });
  redis.on("ready", () => {
    if (isUnavailable) log.info("Redis is available again");
    isUnavailable = false;
  });
  return redis;
}
