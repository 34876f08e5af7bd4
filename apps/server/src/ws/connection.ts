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
import { type Encoder, jsonEncoder } from "@trpc/server/adapters/ws";
import type { WebSocket } from "ws";

import { maxPublicCallBytes } from "../call-sizes.ts";
import { countWritten, waitToWrite } from "../event-loop-turns.ts";
import type { RequestInfo } from "../http/request/request-info.ts";
import { parseJson } from "../json.ts";
import type { MemoryBudgets } from "../memory.ts";
import { type QueryLanes, type QueryRunner, runInLane } from "../query-lanes.ts";
import { createBackpressure, corkPerTick } from "./backpressure.ts";
import { closeCodes } from "./close-codes.ts";
import { createInFlightCalls, toErrorMessage, type InFlightCalls } from "./in-flight-calls.ts";
import type { KeyedLimiter } from "./keyed-limiter.ts";
import type { SocketLimits } from "./limits.ts";
import { createRefusedUpdates } from "./refused-updates.ts";

/** One socket, from its first message to its end. */
export interface Connection {
  /** Turns messages into objects and back, and keeps account of them. */
  encoder: Encoder;
  inFlight: Pick<InFlightCalls, "calls" | "subscriptions">;
  /** Signs in with what the first message says, and makes the context of all calls. */
  createContext(token: string | null): Promise<Context>;
  /** Takes no new calls, and closes when those under way are answered. */
  drain(): void;
}

export interface ConnectionOptions {
  services: Services;
  callers: KeyedLimiter;
  queries: QueryLanes;
  limits: SocketLimits;
  facts: RequestInfo;
  budgets: MemoryBudgets;
}

export function createConnection(
  socket: WebSocket,
  request: IncomingMessage,
  { services, callers, queries, limits, facts, budgets }: ConnectionOptions,
): Connection {
  let signedIn = false;
  /** Whether a token is being looked at. */
  let checking = false;
  let draining = false;
  let messages = 0;
  /** What is to be done when the socket has closed. */
  const cleanup = new DisposableStack();

  const close = (code: keyof typeof closeCodes, why: string) => {
    if (cleanup.disposed) return;
    socket.close(closeCodes[code], why);
    // Who does not answer the good-bye has a moment.
    cleanup.defer(setLongTimer(() => socket.terminate(), 2000));
  };
  const inFlight = createInFlightCalls({
    limits,
    isClosing: () => draining,
    // The last answer is sent first.
    onIdle: () => draining && setImmediate(() => close("restart", "the server restarts")),
    onRefusedUpdate: () => refusedUpdates.note(),
  });
  const refusedUpdates = createRefusedUpdates(
    {
      pause(ms) {
        socket.pause();
        cleanup.defer(setLongTimer(() => socket.resume(), ms));
      },
      close: () => close("policy", "too many updates that can't be applied"),
    },
    () => performance.now(),
  );

  const transport = request.socket;
  const together = corkPerTick(transport, endIfSlow);
  /** What is sent and not taken. */
  let unread = budgets.authenticated.open(toNetwork(facts.ipAddress));
  cleanup.defer(() => unread.close());
  transport.on("drain", () => unread.setBytes(socket.bufferedAmount));
  const stranger = watchStranger();
  const waitForRoom = createBackpressure(socket, transport, limits);
  /** Runs queries of someone signed in; of a stranger there are few, and none answers much. */
  let runQuery: QueryRunner = (query) => query();
  socket.on("error", () => socket.terminate());
  // Someone may send and send but take no answers.
  socket.on("message", endIfSlow);
  socket.once("close", () => cleanup.dispose());

  /** Gives up a socket that takes too little of what it is sent. */
  function endIfSlow(): void {
    const waiting = socket.bufferedAmount;
    const fits = unread.setBytes(waiting);
    if (waiting > (fits ? limits.maxBufferedBytes : limits.slowBytes)) socket.terminate();
  }

  /** Whoever has not signed in has little time, and can't send much. Bytes count as they come, whatever they are part of. */
  function watchStranger() {
    let bytes = 0;
    const account = budgets.unauthenticated.open(toNetwork(facts.ipAddress));
    const over = (why: string) => close("stranger", why);
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (account.setBytes(bytes) && bytes <= limits.unauthenticatedBytes) return;
      over("too much without signing in");
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
   * Clients send on as soon as they have shown their token. Until it has been looked at, no more is read, and what had
   * come along with it does not count as a stranger's.
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
    if (tooMany) stranger.over("too much without signing in");
  }

  async function signIn(token: string): Promise<Credential> {
    const credential = await authenticate(services, token);
    const caller = await identifyCaller(services, credential);
    const isOpen = socket.readyState === socket.OPEN;
    // By what `identifyCaller` answers.
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
    const { lanes, leave: leaveLanes } = queries.enter(caller.userId);
    cleanup.defer(leaveLanes);
    const isOpen = () => socket.readyState === socket.OPEN;
    runQuery = (query) => runInLane(lanes, { waitForRoom, isOpen }, query);
    signedIn = true;
    stranger.stop();
    unread.close();
    unread = budgets.authenticated.open(caller.userId);
    cleanup.defer(() => unread.close());
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

  /** A client that is told to reconnect in time does so with a new token, and takes its subscriptions along. */
  function expireAt(moment: number): void {
    const left = moment - services.clock.now().getTime();
    cleanup.defer(setLongTimer(() => close("signedOut", "the token has expired"), left));
    if (left <= limits.renewalMs) return;
    const reconnect = JSON.stringify({ id: null, method: "reconnect" });
    cleanup.defer(setLongTimer(() => socket.send(reconnect), left - limits.renewalMs));
  }

  function admit(message: unknown, length: number): boolean {
    const refusal = inFlight.incoming(message, length);
    if (refusal !== null) socket.send(JSON.stringify(refusal));
    return refusal === null;
  }

  /** Refuses a batch that is too large: each call, or, of one that no client of ours sends, the whole. */
  function refuseAll(batch: unknown[]): [] {
    const each = batch.length > limits.calls ? [null] : batch;
    for (const call of each) socket.send(JSON.stringify(toErrorMessage(call)));
    return [];
  }

  return {
    inFlight,
    encoder: {
      encode(message) {
        endIfSlow();
        inFlight.outgoing(message);
        // Nobody hears what is said after the end: writing megabytes for that would keep others waiting.
        if (socket.readyState !== socket.OPEN) return "";
        together();
        const text = jsonEncoder.encode(message);
        countWritten(text.length);
        return text;
      },
      decode(data) {
        const text = typeof data === "string" ? data : decoder.decode(data);
        const message = parseJson(text);
        const batch: unknown[] | null = Array.isArray(message) ? message : null;
        countMessages(batch?.length ?? 1);
        if (batch === null) return admit(message, text.length) ? message : [];
        if (batch.length > limits.maxBatchSize) return refuseAll(batch);
        // How much each takes is worth counting only where all together are large.
        const lengthOf = (call: unknown) =>
          text.length > maxPublicCallBytes ? JSON.stringify(call).length : text.length;
        return batch.filter((call) => admit(call, lengthOf(call)));
      },
    },
    async createContext(token) {
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
          refreshCookie: null,
          connectionId: id,
          applyBackpressure: () => waitForRoom() ?? waitToWrite(),
          async runQuery(query) {
            const answer = await runQuery(query);
            await waitToWrite();
            return answer;
          },
        },
      };
    },
    drain() {
      draining = true;
      if (inFlight.calls === 0) close("restart", "the server restarts");
    },
  };
}

const decoder = new TextDecoder();

/** The longest time that Node's timers take, in milliseconds. */
const maxTimerMs = 2 ** 31 - 1;

function setLongTimer(run: () => void, ms: number): () => void {
  const handle = setTimeout(run, Math.min(Math.max(ms, 0), maxTimerMs));
  handle.unref();
  return () => clearTimeout(handle);
}
