import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "pino";

/**
 * A connection to Redis that never holds anyone up: while Redis is away, commands fail at once, and the connection comes
 * back by itself.
 */
export function connectRedis(url: string, log: Logger, options: RedisOptions = {}): Redis {
  const redis = new Redis(url, {
    ...options,
    connectTimeout: 5000,
    commandTimeout: 1000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(100 * attempt, 2000),
  });
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
