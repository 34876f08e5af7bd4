import type { IncomingMessage } from "node:http";

import {
  AppError,
  authenticate,
  type Context,
  type Credential,
  identifyCaller,
  toNetwork,
  type Services,
} from "@mdreader/api";
import type { Encoder } from "@trpc/server/adapters/ws";
import type { WebSocket } from "ws";

import { maxPublicCallBytes, toResponseSpace } from "../flow-control/call-sizes.ts";
import { waitToWrite } from "../flow-control/event-loop-turns.ts";
import type { MemoryBudgets } from "../flow-control/memory-budgets.ts";
import { createSendBuffer } from "../flow-control/send-buffer.ts";
import type { RequestInfo } from "../http/request/request-info.ts";
import { parseJson } from "../json.ts";
import { createCallRunner } from "./calls.ts";
import { closeCodes } from "./close-codes.ts";
import type { ConcurrencyLimiter } from "./concurrency-limiter.ts";
import { createInFlightCalls, toErrorMessage, type InFlightCalls } from "./in-flight-calls.ts";
import type { SocketLimits } from "./limits.ts";
import { createRefusedUpdates } from "./refused-updates.ts";
import { reconnectMessage, registerConnection, setLongTimer, type SignedIn } from "./registration.ts";
import { createSubscriptions } from "./subscriptions.ts";

/** One WebSocket connection. */
export interface Connection {
  /** Decodes and encodes messages, and tracks the calls in them. */
  encoder: Encoder;
  inFlight: Pick<InFlightCalls, "calls" | "subscriptions">;
  /**
   * Authenticates with the token in the first message, and creates the context of all calls.
   */
  createContext(token: string | null, info?: ClientInfo): Promise<Context>;
  /** Rejects new calls, and closes the socket when those in flight have been answered. */
  drain(): void;
}

/** The client's parameters in the first message, besides its token. */
export interface ClientInfo {
  /** The client's version of the contract. */
  contract?: string | undefined;
  /** The trace that its calls belong to. */
  traceparent?: string | undefined;
}

export interface ConnectionOptions {
  services: Services;
  perUser: ConcurrencyLimiter;
  limits: SocketLimits;
  info: RequestInfo;
  budgets: MemoryBudgets;
  onError(error: unknown): void;
}

export function createConnection(
  socket: WebSocket,
  request: IncomingMessage,
  { services, perUser, limits, info, budgets, onError }: ConnectionOptions,
): Connection {
  let signedIn = false;
  /** Whether a token is being verified. */
  let checking = false;
  let draining = false;
  let messages = 0;
  /** Runs when the socket has closed. */
  const cleanup = new DisposableStack();

  const close = (code: keyof typeof closeCodes, why: string) => {
    if (cleanup.disposed) return;
    socket.close(closeCodes[code], why);
    // Terminates the connection if the client does not complete the closing handshake.
    cleanup.defer(setLongTimer(() => socket.terminate(), 2000));
  };
  const inFlight = createInFlightCalls({
    limits,
    isClosing: () => draining,
    // The last response is sent first.
    onIdle: () => draining && setImmediate(() => close("restart", "the server restarts")),
    onRefusedUpdate: () => refusedUpdates.note(),
  });
  const refusedUpdates = createRefusedUpdates(
    {
      pause(ms) {
        socket.pause();
        cleanup.defer(setLongTimer(() => socket.resume(), ms));
      },
      close: () => close("policy", "too many invalid updates"),
    },
    () => performance.now(),
  );

  const transport = request.socket;
  const sendBuffer = createSendBuffer(socket, transport, {
    limits,
    budgets,
    owner: toNetwork(info.ipAddress),
  });
  cleanup.defer(() => sendBuffer.close());
  const { waitForRoom } = sendBuffer;
  const signInLimits = enforceSignInLimits();
  socket.on("error", () => socket.terminate());
  // A client may keep sending without reading responses.
  socket.on("message", sendBuffer.closeIfSlow);
  socket.once("close", () => cleanup.dispose());

  /** Limits the time, bytes and messages of a client before sign-in. Bytes count as they arrive. */
  function enforceSignInLimits() {
    let bytes = 0;
    const account = budgets.unauthenticated.open(toNetwork(info.ipAddress));
    const closeUnauthenticated = (why: string) => close("unauthenticated", why);
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (account.setBytes(bytes) && bytes <= limits.unauthenticatedBytes) return;
      closeUnauthenticated("too much data before sign-in");
      socket.terminate();
    };
    const cancel = setLongTimer(() => closeUnauthenticated("not signed in"), limits.unauthenticatedTimeoutMs);
    transport.on("data", count);
    const stop = () => {
      cancel();
      account.close();
      transport.off("data", count);
    };
    cleanup.defer(stop);
    return { stop, close: closeUnauthenticated };
  }

  /**
   * Clients keep sending after their token. Reads are paused until the token has been verified, and messages that
   * arrived with it do not count as sent before sign-in.
   */
  async function withReadsPaused<Result>(check: () => Promise<Result>): Promise<Result> {
    checking = true;
    socket.pause();
    try {
      return await check();
    } finally {
      checking = false;
      countMessages(0);
      socket.resume();
    }
  }

  function countMessages(more: number): void {
    messages += more;
    const tooMany = !signedIn && !checking && messages > limits.unauthenticatedMessages;
    if (tooMany) signInLimits.close("too much data before sign-in");
  }

  async function signIn(token: string): Promise<Credential> {
    const credential = await authenticate(services, token);
    const caller = await identifyCaller(services, credential);
    const isOpen = socket.readyState === socket.OPEN;
    // Determined by the result of `identifyCaller`.
    if (caller !== null && isOpen && credential.kind !== "none" && credential.kind !== "rejected") {
      onAuthenticated({ credential, caller });
    }
    return credential;
  }

  function onAuthenticated(signedInAs: SignedIn): void {
    registerConnection(signedInAs, {
      services,
      perUser,
      limits,
      info,
      cleanup,
      askToReconnect: () => socket.send(reconnectMessage),
      close: (why) => close("signedOut", why),
    });
    signedIn = true;
    signInLimits.stop();
    sendBuffer.setOwner(signedInAs.caller.userId);
  }

  const context = Promise.withResolvers<Context>();
  // tRPC reports why the context could not be created, and closes the socket.
  context.promise.catch(() => {});
  const send = (message: object) => sendText(encode(message));
  const runCallMessage = createCallRunner({ context: context.promise, send, onError });
  const subscriptions = createSubscriptions({
    context: context.promise,
    send,
    sendText,
    hasRoom: sendBuffer.hasRoom,
    onError,
  });
  cleanup.defer(() => subscriptions.close());

  function encode(message: unknown): string {
    inFlight.outgoing(message);
    // Nothing is delivered after the socket has closed. Serializing it would delay others.
    return socket.readyState === socket.OPEN ? JSON.stringify(message) : "";
  }

  function sendText(text: string): void {
    if (socket.readyState !== socket.OPEN) return;
    sendBuffer.countMessage(text.length);
    socket.send(text);
  }

  /**
   * Runs a call once its socket has been read, and its caller has room for the response.
   * @throws AppError UNAVAILABLE if the socket has closed. The call does not run then.
   */
  async function runCall<T>(path: string, call: () => Promise<T>): Promise<T> {
    const space = toResponseSpace([path]);
    if (space.slots === 0) {
      await budgets.responses.reserve(sendBuffer.owner, space);
      return call();
    }
    await waitForRoom();
    const leave = await budgets.responses.reserve(sendBuffer.owner, space);
    // Other calls of this socket may have run in the meantime.
    if (waitForRoom() !== null) {
      leave();
      return runCall(path, call);
    }
    // The response is written in this turn of the event loop.
    using _ = { [Symbol.dispose]: () => setImmediate(leave) };
    if (socket.readyState !== socket.OPEN) throw new AppError("UNAVAILABLE");
    const response = await call();
    await waitToWrite();
    return response;
  }

  /** Runs the call in a message, or rejects it. @returns Whether tRPC must handle the message: the one with the token. */
  function handleMessage(message: unknown, length: number): boolean {
    const incoming = inFlight.incoming(message, length);
    if (incoming === null) return !subscriptions.handle(message);
    if ("refusal" in incoming) socket.send(JSON.stringify(incoming.refusal));
    else if (incoming.call.method === "subscription") subscriptions.handle(message);
    else runCallMessage(incoming.call);
    return false;
  }

  /**
   * Rejects a batch that is too large, call by call. If it is so large that no client of ours would send it, rejects it
   * as a whole.
   */
  function refuseAll(batch: unknown[]): [] {
    const each = batch.length > limits.calls ? [null] : batch;
    for (const call of each) socket.send(JSON.stringify(toErrorMessage(call)));
    return [];
  }

  async function createContext(
    token: string | null,
    { contract, traceparent }: ClientInfo = {},
  ): Promise<Context> {
    const credential =
      token === null ? await authenticate(services, token) : await withReadsPaused(() => signIn(token));
    const { id, ipAddress, userAgent } = info;
    return {
      ...services,
      credential,
      request: {
        id,
        ipAddress,
        userAgent,
        contract,
        trace: traceparent === undefined ? undefined : { traceparent },
        refreshCookie: null,
        connectionId: id,
        applyBackpressure: () => waitForRoom() ?? waitToWrite(),
        runCall,
      },
    };
  }

  return {
    inFlight,
    encoder: {
      encode(message) {
        const text = encode(message);
        sendBuffer.countMessage(text.length);
        return text;
      },
      decode(data) {
        const text = typeof data === "string" ? data : decoder.decode(data);
        const message = parseJson(text);
        const batch: unknown[] | null = Array.isArray(message) ? message : null;
        countMessages(batch?.length ?? 1);
        if (batch === null) return handleMessage(message, text.length) ? message : [];
        if (batch.length > limits.maxBatchSize) return refuseAll(batch);
        // The size of each call matters only if the batch is large.
        const measureLength = (call: unknown) =>
          text.length > maxPublicCallBytes ? JSON.stringify(call).length : text.length;
        return batch.filter((call) => handleMessage(call, measureLength(call)));
      },
    },
    createContext(token, client) {
      context.resolve(createContext(token, client));
      return context.promise;
    },
    drain() {
      draining = true;
      if (inFlight.calls === 0) close("restart", "the server restarts");
    },
  };
}

const decoder = new TextDecoder();
