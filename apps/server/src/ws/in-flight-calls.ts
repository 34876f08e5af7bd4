import { AppError, appRouter, toTrpcError } from "@mdreader/api";
import type { Reason } from "@mdreader/contract";
import { getTRPCErrorShape } from "@trpc/server";
import { z } from "zod";

import { maxBytesOf } from "../call-sizes.ts";
import { procedureTypes } from "../procedures.ts";

/** What is under way on one socket, as far as it shows in the messages that go in and out. */
export interface InFlightCalls {
  readonly calls: number;
  readonly subscriptions: number;
  /**
   * Hears of a message that came in, of so many characters.
   * @returns The refusal to answer instead of passing it on; null to pass it on.
   */
  incoming(message: unknown, length: number): object | null;
  /** Hears of a message that goes out. */
  outgoing(message: unknown): void;
}

/** Ids are repeated in each answer. */
const id = z.union([z.string().max(64), z.number()]);
const jsonrpc = z.literal("2.0").optional();

/** All that tRPC takes: what it would not take must not be counted, or the count would never fall again. */
const incomingCall = z.object({
  id,
  jsonrpc,
  method: z.enum(["query", "mutation", "subscription"]),
  params: z.object({ path: z.string().max(200), lastEventId: z.string().max(200).optional() }),
});
type IncomingCall = z.infer<typeof incomingCall>;

/** Messages that are no calls, and need no account. */
const incomingNote = z.union([
  z.object({ id, jsonrpc, method: z.literal("subscription.stop") }),
  z.object({ method: z.literal("connectionParams") }),
]);

/** An answer that ends what it answers: the value or failure of a call, the end or failure of a subscription. */
const resultMessage = z.object({
  id,
  result: z.object({ type: z.string() }).optional(),
  error: z.object({ data: z.object({ reason: z.string() }) }).optional(),
});

/** Why an update is refused that no honest client makes, or none makes twice. */
const refusedUpdate: ReadonlySet<string | undefined> = new Set<Reason>(["BAD_UPDATE", "FOREIGN_CLIENT_ID"]);

export interface InFlightOptions {
  limits: { calls: number; subscriptions: number };
  /** Whether nothing new is taken on. */
  isClosing(): boolean;
  /** Is called when the last call has been answered. */
  onIdle(): void;
  /** Is called for each update that is refused for what it is. */
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

  function refusalOf(call: IncomingCall, length: number): Reason | null {
    if (isClosing()) return "UNAVAILABLE";
    if (length > maxBytesOf(call.params.path)) return "PAYLOAD_TOO_LARGE";
    // Of two under one id, nobody could tell which one has ended.
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
      const call = incomingCall.safeParse(message).data;
      if (call === undefined) {
        return incomingNote.safeParse(message).success ? null : toErrorMessage(message);
      }
      const reason = refusalOf(call, length);
      if (reason !== null) return { id: call.id, error: errorShape(reason, call.params.path) };
      (call.method === "subscription" ? subscriptions : calls).add(call.id);
      return null;
    },
    outgoing(message) {
      const sent = resultMessage.safeParse(message).data;
      if (sent === undefined) return;
      if (refusedUpdate.has(sent.error?.data.reason)) onRefusedUpdate();
      const hasEnded = sent.result === undefined || sent.result.type === "stopped";
      if (hasEnded) subscriptions.delete(sent.id);
      if (calls.delete(sent.id) && calls.size === 0) onIdle();
    },
  };
}

/** Refuses what is no call, under its id where it has a sane one. */
export function toErrorMessage(message: unknown): object {
  const named = z.object({ id }).safeParse(message).data;
  return { id: named?.id ?? null, error: errorShape("BAD_INPUT") };
}

function errorShape(reason: Reason, path = "") {
  return getTRPCErrorShape({
    config: appRouter._def._config,
    error: toTrpcError(new AppError(reason)),
    type: procedureTypes.get(path) ?? "unknown",
    path,
    input: undefined,
    ctx: undefined,
  });
}
