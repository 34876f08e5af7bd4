import { appRouter, type Context } from "@mdreader/api";
import { callTRPCProcedure, isTrackedEnvelope } from "@trpc/server";
import { z } from "zod";

import { type ErrorShape, toErrorShape } from "../http/procedure/call.ts";
import { callId } from "./in-flight-calls.ts";

/** Runs the subscriptions of one connection. */
export interface Subscriptions {
  /**
   * Starts or stops a subscription, if the message asks for it.
   * @returns Whether it did.
   */
  handle(message: unknown): boolean;
  /** Stops all subscriptions. */
  close(): void;
}

/** The parts of a connection that a subscription needs. */
export interface SubscriptionHost {
  /** Resolves when the client has signed in. */
  context: Promise<Context>;
  /** Sends an encoded message. */
  sendText(text: string): void;
  /** Whether the client has read enough to receive more. */
  hasRoom(): boolean;
  onError(error: unknown): void;
}

export interface SubscriptionOptions extends SubscriptionHost {
  send(message: object): void;
}

/** A subscription that a client asks for. */
interface SubscriptionCall {
  path: string;
  input?: unknown;
  lastEventId?: string | undefined;
}

/** Formats the messages of one subscription. */
interface SubscriptionFormat {
  onStarted(): void;
  /** @param encode Encodes the data of an element. */
  encodeElement(element: unknown, encode: (data: unknown) => string): string;
  onStopped(): void;
  onFailed(error: ErrorShape): void;
}

/**
 * Runs a subscription until it ends or `signal` aborts.
 *
 * tRPC's own loop races several promises for each element and each reader, which takes longer than everything else
 * that a keystroke costs in a document with many readers. This one also lets a stream send an element past its
 * generators (`RequestInfo.sendDirectly`), and encodes elements with many readers once.
 */
export async function runSubscription(
  { path, input, lastEventId }: SubscriptionCall,
  signal: AbortSignal,
  { context, sendText, hasRoom, onError }: SubscriptionHost,
  format: SubscriptionFormat,
): Promise<void> {
  const rawInput = lastEventId === undefined ? input : Object.assign({}, input, { lastEventId });
  let ctx: Context | undefined;
  try {
    ctx = await context;
    if (!signal.aborted) {
      const request: Context["request"] = {
        ...ctx.request,
        sendDirectly(element) {
          const isSent = !signal.aborted && hasRoom();
          if (isSent) sendText(format.encodeElement(element, toSharedJson));
          return isSent;
        },
      };
      const stream: unknown = await callTRPCProcedure({
        router: appRouter,
        path,
        getRawInput: async () => rawInput,
        ctx: { ...ctx, request },
        type: "subscription",
        signal,
        batchIndex: 0,
      });
      if (!isAsyncIterable(stream)) throw new TypeError(`${path} returned no stream`);
      format.onStarted();
      for await (const element of stream) {
        if (signal.aborted) break;
        sendText(format.encodeElement(element, toJson));
      }
    }
    format.onStopped();
  } catch (error) {
    onError(error);
    // A stream may end with an error because it was stopped.
    if (signal.aborted) format.onStopped();
    else format.onFailed(toErrorShape(error, ctx, path, rawInput));
  }
}

export const startMessage = z.object({
  id: callId,
  jsonrpc: z.literal("2.0").optional(),
  method: z.literal("subscription"),
  params: z.object({ path: z.string(), input: z.unknown(), lastEventId: z.string().optional() }),
});
type StartMessage = z.infer<typeof startMessage>;
const stopMessage = z.object({ id: callId, method: z.literal("subscription.stop") });

/** Runs subscriptions in the message format of tRPC's WebSockets. */
export function createSubscriptions({ send, ...host }: SubscriptionOptions): Subscriptions {
  const running = new Map<StartMessage["id"], AbortController>();

  function createFormat({ id, jsonrpc }: StartMessage): SubscriptionFormat {
    const envelope = JSON.stringify({ id, jsonrpc }).slice(0, -1);
    return {
      onStarted: () => send({ id, jsonrpc, result: { type: "started" } }),
      encodeElement: (element, encode) => encodeElement(envelope, element, encode),
      onStopped: () => send({ id, jsonrpc, result: { type: "stopped" } }),
      onFailed: (error) => send({ id, jsonrpc, error }),
    };
  }

  return {
    handle(message) {
      const method = readMethod(message);
      const stop = method === "subscription.stop" ? stopMessage.safeParse(message).data : undefined;
      if (stop !== undefined) {
        running.get(stop.id)?.abort();
        return true;
      }
      const start = method === "subscription" ? startMessage.safeParse(message).data : undefined;
      if (start === undefined) return false;
      const controller = new AbortController();
      running.set(start.id, controller);
      void runSubscription(start.params, controller.signal, host, createFormat(start)).finally(() =>
        running.delete(start.id),
      );
      return true;
    },
    close() {
      for (const controller of running.values()) controller.abort();
    },
  };
}

/** @param envelope The beginning of the message, with the ID of the call. */
function encodeElement(envelope: string, element: unknown, encode: (data: unknown) => string): string {
  if (!isTrackedEnvelope(element)) return `${envelope},"result":{"type":"data","data":${encode(element)}}}`;
  const [eventId, data] = element;
  const name = `"id":${JSON.stringify(eventId)}`;
  return `${envelope},"result":{"type":"data",${name},"data":{${name},"data":${encode(data)}}}}`;
}

export const toJson = (data: unknown): string => JSON.stringify(data) ?? "null";

const sharedJson = new WeakMap<object, string>();

/** Encodes an object once for all its readers. */
function toSharedJson(data: unknown): string {
  if (typeof data !== "object" || data === null) return toJson(data);
  const existing = sharedJson.get(data);
  if (existing !== undefined) return existing;
  const json = toJson(data);
  sharedJson.set(data, json);
  return json;
}

const readMethod = (message: unknown): unknown =>
  typeof message === "object" && message !== null && "method" in message ? message.method : undefined;

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;
