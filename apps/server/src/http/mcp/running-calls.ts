import { randomUUID } from "node:crypto";

import { z } from "zod";

/** The header that identifies a client of the revisions of the protocol with sessions. */
export const sessionHeader = "mcp-session-id";

const initialization = z.object({ method: z.literal("initialize") });
const request = z.object({ id: z.union([z.string(), z.number()]), method: z.string() });
const cancellation = z.object({
  method: z.literal("notifications/cancelled"),
  params: z.object({ requestId: z.union([z.string(), z.number()]) }),
});

/** A message, and whom it is from. */
export interface ReceivedMessage {
  /** Identifies the credential. */
  caller: string;
  /** The session that the client sent, if any. */
  session: string | undefined;
  message: unknown;
}

/**
 * The running calls of clients that cancel with a message instead of by disconnecting. A session is only a name for
 * a client: nothing is stored for it, and a cancellation that another server receives has no effect.
 */
export interface RunningCalls {
  /**
   * Registers a call, or cancels the one that the message names.
   * @param cancel Ends the registered call.
   * @returns A function that ends the registration.
   */
  receive(received: ReceivedMessage, cancel: () => void): () => void;
}

export function createRunningCalls(): RunningCalls {
  const calls = new Map<string, () => void>();
  return {
    receive({ caller, session, message }, cancel) {
      if (session === undefined) return () => {};
      const toKey = (id: string | number) => JSON.stringify([caller, session, id]);
      const canceled = cancellation.safeParse(message).data;
      if (canceled !== undefined) calls.get(toKey(canceled.params.requestId))?.();
      const started = request.safeParse(message).data;
      if (started === undefined) return () => {};
      const key = toKey(started.id);
      calls.set(key, cancel);
      return () => {
        if (calls.get(key) === cancel) calls.delete(key);
      };
    },
  };
}

/** Returns the session of a client that has just introduced itself; null for other messages. */
export const createSession = (message: unknown): string | null =>
  initialization.safeParse(message).success ? randomUUID() : null;
