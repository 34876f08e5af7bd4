import { AppError, appRouter, toTrpcError } from "@mdreader/api";
import { maxKeyLength, type Reason } from "@mdreader/contract";
import { getTRPCErrorShape } from "@trpc/server";
import { z } from "zod";

import { findMaxBytes } from "../flow-control/call-sizes.ts";
import { procedureTypes } from "../procedures.ts";

/** Tracks the calls and subscriptions of one socket by its messages. */
export interface InFlightCalls {
  readonly calls: number;
  readonly subscriptions: number;
  /**
   * Records an incoming message of `length` characters.
   * @returns The call to run, the error to send instead, or null for a message that is not a call.
   */
  incoming(message: unknown, length: number): { call: IncomingCall } | { refusal: object } | null;
  /** Records an outgoing message. */
  outgoing(message: unknown): void;
}

/** IDs are repeated in each response, so their length is limited. */
const maxIdLength = 64;
export const callId = z.union([z.string().max(maxIdLength), z.number()]);

export interface IncomingCall {
  id: string | number;
  jsonrpc?: "2.0" | undefined;
  method: "query" | "mutation" | "subscription";
  params: {
    path: string;
    input?: unknown;
    lastEventId?: string | undefined;
    idempotencyKey?: string | undefined;
    traceparent?: string | undefined;
  };
}

/**
 * Reads a message that tRPC accepts as a call. Others must not be counted, because the count would never decrease again.
 * Every key and every move is such a message, and a schema would take longer than parsing its JSON.
 */
function readCall(message: unknown): IncomingCall | null {
  if (!isRecord(message) || !isRecord(message["params"])) return null;
  const { id, jsonrpc, method } = message;
  const { path, input, lastEventId, idempotencyKey, traceparent } = message["params"];
  if (!isCallId(id) || (jsonrpc !== undefined && jsonrpc !== "2.0")) return null;
  if (method !== "query" && method !== "mutation" && method !== "subscription") return null;
  if (!isShortString(path, 200)) return null;
  if (lastEventId !== undefined && !isShortString(lastEventId, 200)) return null;
  if (idempotencyKey !== undefined && !isShortString(idempotencyKey, maxKeyLength)) return null;
  if (traceparent !== undefined && !isShortString(traceparent, 200)) return null;
  return { id, jsonrpc, method, params: { path, input, lastEventId, idempotencyKey, traceparent } };
}

const isShortString = (value: unknown, maxLength: number): value is string =>
  typeof value === "string" && value.length <= maxLength;

const isCallId = (id: unknown): id is string | number =>
  isShortString(id, maxIdLength) || Number.isFinite(id);

/** Messages that are not calls and are not counted. */
const incomingNote = z.union([
  z.object({ id: callId, jsonrpc: z.literal("2.0").optional(), method: z.literal("subscription.stop") }),
  z.object({ method: z.literal("connectionParams") }),
]);

/** Reasons for rejection that a correct client never causes, or at most once. */
const refusedUpdate: ReadonlySet<unknown> = new Set<Reason>(["BAD_UPDATE", "FOREIGN_CLIENT_ID"]);

export interface InFlightOptions {
  limits: { calls: number; subscriptions: number };
  /** Whether new calls are rejected. */
  isClosing(): boolean;
  /** Called when the last call in flight has been answered. */
  onIdle(): void;
  /** Called for each update that is rejected as invalid. */
  onRefusedUpdate(): void;
}

export function createInFlightCalls({
  limits,
  isClosing,
  onIdle,
  onRefusedUpdate,
}: InFlightOptions): InFlightCalls {
  const calls = new Set<string | number>();
  const subscriptions = new Set<string | number>();

  function findRefusal(call: IncomingCall, length: number): Reason | null {
    if (isClosing()) return "UNAVAILABLE";
    if (length > findMaxBytes(call.params.path)) return "PAYLOAD_TOO_LARGE";
    // With duplicate IDs, responses could not be matched to calls.
    if (calls.has(call.id) || subscriptions.has(call.id)) return "BAD_INPUT";
    const isFull =
      call.method === "subscription"
        ? subscriptions.size >= limits.subscriptions
        : calls.size >= limits.calls;
    return isFull ? "LIMIT_REACHED" : null;
  }

  return {
    get calls() {
      return calls.size;
    },
    get subscriptions() {
      return subscriptions.size;
    },
    incoming(message, length) {
      const call = readCall(message);
      if (call === null) {
        return incomingNote.safeParse(message).success ? null : { refusal: toErrorMessage(message) };
      }
      const reason = findRefusal(call, length);
      if (reason !== null)
        return { refusal: { id: call.id, error: createErrorShape(reason, call.params.path) } };
      (call.method === "subscription" ? subscriptions : calls).add(call.id);
      return { call };
    },
    outgoing(message) {
      // A schema would take longer than everything else that is done with a short message.
      if (!isRecord(message)) return;
      const { id, result, error } = message;
      if (typeof id !== "string" && typeof id !== "number") return;
      if (isRecord(error) && isRecord(error["data"]) && refusedUpdate.has(error["data"]["reason"]))
        onRefusedUpdate();
      const hasEnded = !isRecord(result) || result["type"] === "stopped";
      if (hasEnded) subscriptions.delete(id);
      if (calls.delete(id) && calls.size === 0) onIdle();
    },
  };
}

/** Creates the error for a message that is not a call, with its ID if it has a valid one. */
export function toErrorMessage(message: unknown): object {
  const named = z.object({ id: callId }).safeParse(message).data;
  return { id: named?.id ?? null, error: createErrorShape("BAD_INPUT") };
}

function createErrorShape(reason: Reason, path = "") {
  return getTRPCErrorShape({
    config: appRouter._def._config,
    error: toTrpcError(new AppError(reason)),
    type: procedureTypes.get(path) ?? "unknown",
    path,
    input: undefined,
    ctx: undefined,
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
