import type { IncomingMessage } from "node:http";

import {
  AppError,
  authenticate,
  type Caller,
  type Context,
  type Credential,
  identifyCaller,
  toNetwork,
  type Services,
} from "@mdreader/api";
import type { Encoder } from "@trpc/server/adapters/ws";
import type { WebSocket } from "ws";

import { maxPublicCallBytes, toResponseSpace } from "../call-sizes.ts";
import { countWritten, hasRoomInTurn, waitToWrite } from "../event-loop-turns.ts";
import type { RequestInfo } from "../http/request/request-info.ts";
import { parseJson } from "../json.ts";
import type { MemoryBudgets } from "../memory.ts";
import { createBackpressure, corkPerTick } from "./backpressure.ts";
import { closeCodes } from "./close-codes.ts";
import { createInFlightCalls, toErrorMessage, type InFlightCalls } from "./in-flight-calls.ts";
import type { KeyedLimiter } from "./keyed-limiter.ts";
import type { SocketLimits } from "./limits.ts";
import { createRefusedUpdates } from "./refused-updates.ts";
import { createSubscriptions } from "./subscriptions.ts";

/** One WebSocket connection. */
export interface Connection {
  /** Decodes and encodes messages, and tracks the calls in them. */
  encoder: Encoder;
  inFlight: Pick<InFlightCalls, "calls" | "subscriptions">;
  /**
   * Authenticates with the token in the first message, and creates the context of all calls.
   * @param contract The client's version of the contract, if it sent one.
   */
  createContext(token: string | null, contract?: string): Promise<Context>;
  /** Rejects new calls, and closes the socket when those in flight have been answered. */
  drain(): void;
}

export interface ConnectionOptions {
  services: Services;
  callers: KeyedLimiter;
  limits: SocketLimits;
  facts: RequestInfo;
  budgets: MemoryBudgets;
  onError(error: unknown): void;
}

export function createConnection(
  socket: WebSocket,
  request: IncomingMessage,
  { services, callers, limits, facts, budgets, onError }: ConnectionOptions,
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
  const together = corkPerTick(transport, endIfSlow);
  /** Bytes that the client has not read yet. */
  let owner = toNetwork(facts.ipAddress);
  let unread = budgets.responses.open(owner);
  cleanup.defer(() => unread.close());
  transport.on("drain", () => unread.setBytes(socket.bufferedAmount));
  const stranger = watchStranger();
  const waitForRoom = createBackpressure(socket, transport, limits);
  socket.on("error", () => socket.terminate());
  // A client may keep sending without reading responses.
  socket.on("message", endIfSlow);
  socket.once("close", () => cleanup.dispose());

  /** Closes a socket whose client reads too slowly. */
  function endIfSlow(): void {
    const waiting = socket.bufferedAmount;
    const fits = unread.setBytes(waiting);
    if (waiting > (fits ? limits.maxBufferedBytes : limits.slowBytes)) socket.terminate();
  }

  /** Limits the time, bytes and messages of a client before sign-in. Bytes count as they arrive. */
  function watchStranger() {
    let bytes = 0;
    const account = budgets.unauthenticated.open(toNetwork(facts.ipAddress));
    const over = (why: string) => close("stranger", why);
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (account.setBytes(bytes) && bytes <= limits.unauthenticatedBytes) return;
      over("too much data before sign-in");
      socket.terminate();
    };
    const cancel = setLongTimer(() => over("not signed in"), limits.unauthenticatedTimeoutMs);
    transport.on("data", count);
    const stop = () => {
      cancel();
      account.close();
      transport.off("data", count);
    };
    cleanup.defer(stop);
    return { stop, over };
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
    if (tooMany) stranger.over("too much data before sign-in");
  }

  async function signIn(token: string): Promise<Credential> {
    const credential = await authenticate(services, token);
    const caller = await identifyCaller(services, credential);
    const isOpen = socket.readyState === socket.OPEN;
    // Determined by the result of `identifyCaller`.
    if (caller !== null && isOpen && credential.kind !== "none" && credential.kind !== "rejected") {
      onAuthenticated(credential, caller);
    }
    return credential;
  }

  function onAuthenticated(
    credential: Exclude<Credential, { kind: "none" | "rejected" }>,
    caller: Caller,
  ): void {
    const leave = callers.acquire(caller.userId, limits.perCaller);
    if (leave === null) throw new AppError("LIMIT_REACHED");
    cleanup.defer(leave);
    signedIn = true;
    stranger.stop();
    unread.close();
    owner = caller.userId;
    unread = budgets.responses.open(owner);
    const { recorder } = services.presence;
    const { userId, sessionId } = caller;
    const { id, userAgent, ipAddress } = facts;
    recorder.onConnected({ id, userId, sessionId, userAgent, ipAddress });
    cleanup.defer(() => recorder.onDisconnected(id));
    cleanup.defer(
      services.accessMonitor.watchCredential(credential, () => close("signedOut", "the session has ended")),
    );
    if (credential.kind === "session" && credential.expiresAt !== undefined) expireAt(credential.expiresAt);
  }

  /**
   * Asks the client to reconnect before its token expires. It does so with a new token and resumes its subscriptions.
   */
  function expireAt(moment: number): void {
    const left = moment - services.clock.now().getTime();
    cleanup.defer(setLongTimer(() => close("signedOut", "the token has expired"), left));
    if (left <= limits.renewalMs) return;
    const reconnect = JSON.stringify({ id: null, method: "reconnect" });
    cleanup.defer(setLongTimer(() => socket.send(reconnect), left - limits.renewalMs));
  }

  const context = Promise.withResolvers<Context>();
  // tRPC reports why the context could not be created, and closes the socket.
  context.promise.catch(() => {});
  const subscriptions = createSubscriptions({
    context: context.promise,
    send: (message) => sendText(encode(message)),
    sendText,
    hasRoom: () => socket.bufferedAmount < limits.slowBytes && hasRoomInTurn(),
    onError,
  });
  cleanup.defer(() => subscriptions.close());

  function encode(message: unknown): string {
    inFlight.outgoing(message);
    // Nothing is delivered after the socket has closed. Serializing it would delay others.
    return socket.readyState === socket.OPEN ? JSON.stringify(message) : "";
  }

  /** Counts a message that is about to be sent. */
  function countMessage(text: string): void {
    endIfSlow();
    together();
    countWritten(text.length);
  }

  function sendText(text: string): void {
    if (socket.readyState !== socket.OPEN) return;
    countMessage(text);
    socket.send(text);
  }

  /**
   * Runs a call once its socket has been read, and its caller has room for the response.
   * @throws AppError UNAVAILABLE if the socket has closed. The call does not run then.
   */
  async function runCall<T>(path: string, call: () => Promise<T>): Promise<T> {
    const space = toResponseSpace([path]);
    if (space.lanes === 0) {
      await budgets.responses.reserve(owner, space);
      return call();
    }
    await waitForRoom();
    const leave = await budgets.responses.reserve(owner, space);
    // Other calls of this socket may have run in the meantime.
    if (waitForRoom() !== null) {
      leave();
      return runCall(path, call);
    }
    // The response is written in this turn of the event loop.
    using _ = { [Symbol.dispose]: () => setImmediate(leave) };
    if (socket.readyState !== socket.OPEN) throw new AppError("UNAVAILABLE");
    const answer = await call();
    await waitToWrite();
    return answer;
  }

  function admit(message: unknown, length: number): boolean {
    const refusal = inFlight.incoming(message, length);
    if (refusal !== null) socket.send(JSON.stringify(refusal));
    return refusal === null && !subscriptions.handle(message);
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

  async function createContext(token: string | null, contract?: string): Promise<Context> {
    const credential =
      token === null ? await authenticate(services, token) : await withReadsPaused(() => signIn(token));
    const { id, ipAddress, userAgent } = facts;
    return {
      ...services,
      credential,
      request: {
        id,
        ipAddress,
        userAgent,
        contract,
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
        countMessage(text);
        return text;
      },
      decode(data) {
        const text = typeof data === "string" ? data : decoder.decode(data);
        const message = parseJson(text);
        const batch: unknown[] | null = Array.isArray(message) ? message : null;
        countMessages(batch?.length ?? 1);
        if (batch === null) return admit(message, text.length) ? message : [];
        if (batch.length > limits.maxBatchSize) return refuseAll(batch);
        // The size of each call matters only if the batch is large.
        const lengthOf = (call: unknown) =>
          text.length > maxPublicCallBytes ? JSON.stringify(call).length : text.length;
        return batch.filter((call) => admit(call, lengthOf(call)));
      },
    },
    createContext(token, contract) {
      context.resolve(createContext(token, contract));
      return context.promise;
    },
    drain() {
      draining = true;
      if (inFlight.calls === 0) close("restart", "the server restarts");
    },
  };
}

const decoder = new TextDecoder();

/** Maximum delay of Node's timers, in milliseconds. */
const maxTimerMs = 2 ** 31 - 1;

function setLongTimer(run: () => void, ms: number): () => void {
  const handle = setTimeout(run, Math.min(Math.max(ms, 0), maxTimerMs));
  handle.unref();
  // Node keeps an entry per delay for unreferenced timers that are cleared, until the delay is over.
  return () => clearTimeout(handle.ref());
}
