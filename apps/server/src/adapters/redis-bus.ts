import { randomUUID } from "node:crypto";

import type { Bus, BusMessage } from "@mdreader/api";
import type { Logger } from "pino";

import { connectRedis } from "./redis.ts";

/** A bus over Redis, for several servers on one database. */
export interface RedisBus extends Bus {
  close(): Promise<void>;
}

/** Milliseconds between two resync messages to local subscribers while Redis is unavailable. */
const resyncIntervalMs = 2000;
const prefix = "mdreader:bus:";

/**
 * Delivers messages to subscribers in this process immediately, and to other processes through Redis. Redis stores
 * nothing, and messages published while it is unreachable are lost. During an outage and after it, every subscriber
 * receives an empty message, which makes it read the database.
 */
export function createRedisBus(url: string, log: Logger): RedisBus {
  const node = randomUUID();
  const listeners = new Map<string, Set<(message: BusMessage) => void>>();
  const publisher = connectRedis(url, log);
  const subscriber = connectRedis(url, log, { autoResubscribe: false });

  const deliver = (channel: string, message: BusMessage) => {
    for (const listener of Array.from(listeners.get(channel) ?? [])) {
      try {
        listener(message);
      } catch (error) {
        // A message from another release or another program on the same Redis must not stop this server.
        log.warn({ err: error, channel }, "received an invalid message");
      }
    }
  };
  const requestResync = () => {
    for (const channel of Array.from(listeners.keys())) deliver(channel, {});
  };
  // The connection logs the outage. Losing the message is acceptable.
  const logLostMessage = (error: unknown) => log.debug({ err: error }, "a message wasn't delivered to Redis");

  subscriber.on("ready", () => {
    const channels = [...listeners.keys()].map((channel) => prefix + channel);
    const subscribed = channels.length === 0 ? Promise.resolve() : subscriber.subscribe(...channels);
    subscribed.then(requestResync, logLostMessage);
  });
  subscriber.on("message", (channel: string, text: string) => {
    const envelope = decodeEnvelope(text);
    if (envelope === null) log.warn({ channel }, "received an invalid message");
    else if (envelope.from !== node) deliver(channel.slice(prefix.length), envelope.message);
  });
  const resyncTimer = setInterval(() => {
    if (subscriber.status !== "ready" || publisher.status !== "ready") requestResync();
  }, resyncIntervalMs);
  resyncTimer.unref();

  return {
    hasPeers: true,
    publish(channel, message) {
      deliver(channel, message);
      if (publisher.status === "ready") {
        publisher.publish(prefix + channel, encodeEnvelope({ from: node, message })).catch(logLostMessage);
      }
    },
    subscribe(channel, listener) {
      const entry = (message: BusMessage) => listener(message);
      const existing = listeners.get(channel);
      listeners.set(channel, (existing ?? new Set()).add(entry));
      if (existing === undefined && subscriber.status === "ready") {
        // Messages published before the subscription was active are lost, so request a resync.
        subscriber.subscribe(prefix + channel).then(() => deliver(channel, {}), logLostMessage);
      }
      return () => {
        const remaining = listeners.get(channel);
        remaining?.delete(entry);
        if (remaining?.size !== 0) return;
        listeners.delete(channel);
        if (subscriber.status === "ready") subscriber.unsubscribe(prefix + channel).catch(logLostMessage);
      };
    },
    async close() {
      clearInterval(resyncTimer);
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}

/** Bytes are encoded as `{ "$bytes": base64 }`. No message has a field of that name. */
interface Envelope {
  from: string;
  message: BusMessage;
}

function encodeEnvelope(envelope: Envelope): string {
  return JSON.stringify(envelope, (_key, value: unknown) =>
    value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString("base64") } : value,
  );
}

/** Returns null if the text is not an envelope. */
function decodeEnvelope(text: string): Envelope | null {
  try {
    const value: unknown = JSON.parse(text, (_key, part: unknown) =>
      isBytes(part) ? new Uint8Array(Buffer.from(part.$bytes, "base64")) : part,
    );
    return isEnvelope(value) ? value : null;
  } catch {
    return null;
  }
}

const isEnvelope = (value: unknown): value is Envelope =>
  isObject(value) && typeof value["from"] === "string" && isObject(value["message"]);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isBytes(value: unknown): value is { $bytes: string } {
  return typeof value === "object" && value !== null && "$bytes" in value && typeof value.$bytes === "string";
}
