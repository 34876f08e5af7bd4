import type { IncomingMessage } from "node:http";

import {
  AppError,
  authenticate,
  type Caller,
  type Context,
  type Credential,
  identify,
  networkOf,
  type Services,
} from "@mdreader/api";
import { type Encoder, jsonEncoder } from "@trpc/server/adapters/ws";
import type { WebSocket } from "ws";

import { maxPublicCallBytes } from "../call-sizes.ts";
import { countWritten, waitToWrite } from "../event-loop-turns.ts";
import type { Facts } from "../http/facts.ts";
import { parseJson } from "../json.ts";
import type { MemoryBudgets } from "../memory.ts";
import { type QueryLanes, type QueryRunner, runInLane } from "../query-lanes.ts";
import type { Census } from "./census.ts";
import { closeCodes } from "./close-codes.ts";
import { paceOf, writesTogether } from "./flow.ts";
import type { SocketLimits } from "./limits.ts";
import { createRefusedUpdates } from "./refused-updates.ts";
import { createWork, refusalTo, type Work } from "./work.ts";

/** One socket, from its first message to its end. */
export interface Connection {
  /** Turns messages into objects and back, and keeps account of them. */
  encoder: Encoder;
  work: Pick<Work, "calls" | "subscriptions">;
  /** Signs in with what the first message says, and makes the context of all calls. */
  createContext(token: string | null): Promise<Context>;
  /** Takes no new calls, and closes when those under way are answered. */
  drain(): void;
}

export interface ConnectionOptions {
  services: Services;
  callers: Census;
  queries: QueryLanes;
  limits: SocketLimits;
  facts: Facts;
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
  const endings = new DisposableStack();

  const close = (code: keyof typeof closeCodes, why: string) => {
    if (endings.disposed) return;
    socket.close(closeCodes[code], why);
    // Who does not answer the good-bye has a moment.
    endings.defer(timer(() => socket.terminate(), 2000));
  };
  const work = createWork({
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
        endings.defer(timer(() => socket.resume(), ms));
      },
      close: () => close("policy", "too many updates that can't be applied"),
    },
    () => performance.now(),
  );

  const transport = request.socket;
  const together = writesTogether(transport, endIfSlow);
  /** What is sent and not taken. */
  let unread = budgets.callers.open(networkOf(facts.ipAddress));
  endings.defer(() => unread.close());
  transport.on("drain", () => unread.hold(socket.bufferedAmount));
  const stranger = watchStranger();
  const waitForRoom = paceOf(socket, transport, limits);
  /** Runs queries of someone signed in; of a stranger there are few, and none answers much. */
  let runQuery: QueryRunner = (query) => query();
  socket.on("error", () => socket.terminate());
  // Someone may send and send but take no answers.
  socket.on("message", endIfSlow);
  socket.once("close", () => endings.dispose());

  /** Gives up a socket that takes too little of what it is sent. */
  function endIfSlow(): void {
    const waiting = socket.bufferedAmount;
    const fits = unread.hold(waiting);
    if (waiting > (fits ? limits.maxBufferedBytes : limits.slowBytes)) socket.terminate();
  }

  /** Whoever has not signed in has little time, and can't send much. Bytes count as they come, whatever they are part of. */
  function watchStranger() {
    let bytes = 0;
    const account = budgets.strangers.open(networkOf(facts.ipAddress));
    const over = (why: string) => close("stranger", why);
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (account.hold(bytes) && bytes <= limits.strangerBytes) return;
      over("too much without signing in");
      socket.terminate();
    };
    const cancel = timer(() => over("not signed in"), limits.strangerTime);
    transport.on("data", count);
    const stop = () => {
      cancel();
      account.close();
      transport.off("data", count);
    };
    endings.defer(stop);
    return { stop, over };
  }

  /**
   * Clients send on as soon as they have shown their token. Until it has been looked at, no more is read, and what had
   * come along with it does not count as a stranger's.
   */
  async function whileHeld<Result>(check: () => Promise<Result>): Promise<Result> {
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
    const tooMany = !signedIn && !checking && messages > limits.strangerMessages;
    if (tooMany) stranger.over("too much without signing in");
  }

  async function signIn(token: string): Promise<Credential> {
    const credential = await authenticate(services, token);
    const caller = await identify(services, credential);
    const isOpen = socket.readyState === socket.OPEN;
    // By what `identify` answers.
    if (caller !== null && isOpen && credential.kind !== "none" && credential.kind !== "rejected") {
      welcome(credential, caller);
    }
    return credential;
  }

  function welcome(credential: Exclude<Credential, { kind: "none" | "rejected" }>, caller: Caller): void {
    const leave = callers.enter(caller.userId, limits.perCaller);
    if (leave === null) throw new AppError("LIMIT_REACHED");
    endings.defer(leave);
    const { lanes, leave: leaveLanes } = queries.enter(caller.userId);
    endings.defer(leaveLanes);
    const isOpen = () => socket.readyState === socket.OPEN;
    runQuery = (query) => runInLane(lanes, { waitForRoom, isOpen }, query);
    signedIn = true;
    stranger.stop();
    unread.close();
    unread = budgets.callers.open(caller.userId);
    endings.defer(() => unread.close());
    const { journal } = services.presence;
    const { userId, sessionId } = caller;
    const { id, userAgent, ipAddress } = facts;
    journal.connected({ id, userId, sessionId, userAgent, ipAddress });
    endings.defer(() => journal.disconnected(id));
    endings.defer(
      services.accessWatch.watchCredential(credential, () => close("signedOut", "the session has ended")),
    );
    if (credential.kind === "session" && credential.expiresAt !== undefined) expireAt(credential.expiresAt);
  }

  /** A client that is told to reconnect in time does so with a new token, and takes its subscriptions along. */
  function expireAt(moment: number): void {
    const left = moment - services.clock.now().getTime();
    endings.defer(timer(() => close("signedOut", "the token has expired"), left));
    if (left <= limits.renewal) return;
    const reconnect = JSON.stringify({ id: null, method: "reconnect" });
    endings.defer(timer(() => socket.send(reconnect), left - limits.renewal));
  }

  function admit(message: unknown, length: number): boolean {
    const refusal = work.incoming(message, length);
    if (refusal !== null) socket.send(JSON.stringify(refusal));
    return refusal === null;
  }

  /** Refuses a batch that is too large: each call, or, of one that no client of ours sends, the whole. */
  function refuseAll(batch: unknown[]): [] {
    const each = batch.length > limits.calls ? [null] : batch;
    for (const call of each) socket.send(JSON.stringify(refusalTo(call)));
    return [];
  }

  return {
    work,
    encoder: {
      encode(message) {
        endIfSlow();
        work.outgoing(message);
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
        token === null ? await authenticate(services, token) : await whileHeld(() => signIn(token));
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
          pace: () => waitForRoom() ?? waitToWrite(),
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
      if (work.calls === 0) close("restart", "the server restarts");
    },
  };
}

const decoder = new TextDecoder();

/** The longest time that Node's timers take, in milliseconds. */
const longest = 2 ** 31 - 1;

function timer(run: () => void, ms: number): () => void {
  const handle = setTimeout(run, Math.min(Math.max(ms, 0), longest));
  handle.unref();
  return () => clearTimeout(handle);
}
