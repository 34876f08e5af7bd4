import type { IncomingMessage } from "node:http";

import {
  AppError,
  authenticate,
  type Caller,
  type Context,
  type Credential,
  identify,
  onCredentialEnded,
  type Services,
} from "@mdreader/api";
import { type Encoder, jsonEncoder } from "@trpc/server/adapters/ws";
import type { WebSocket } from "ws";

import type { Facts } from "../http/facts.ts";
import type { Census } from "./census.ts";
import { closeCodes } from "./close-codes.ts";
import { paceOf, writesTogether } from "./flow.ts";
import type { SocketLimits } from "./limits.ts";
import { createWork, type Work } from "./work.ts";

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
  limits: SocketLimits;
  facts: Facts;
}

export function createConnection(
  socket: WebSocket,
  request: IncomingMessage,
  { services, callers, limits, facts }: ConnectionOptions,
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
  });

  const transport = request.socket;
  const together = writesTogether(transport);
  const stranger = watchStranger();
  socket.on("error", () => socket.terminate());
  socket.on("message", () => {
    // Who sends and sends but takes no answers.
    if (socket.bufferedAmount > limits.maxBufferedBytes) socket.terminate();
  });
  socket.once("close", () => endings.dispose());

  /** Whoever has not signed in has little time, and can't send much. Bytes count as they come, whatever they are part of. */
  function watchStranger() {
    let bytes = 0;
    const over = (why: string) => close("stranger", why);
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limits.strangerBytes) return;
      over("too much without signing in");
      socket.terminate();
    };
    const cancel = timer(() => over("not signed in"), limits.strangerTime);
    transport.on("data", count);
    const stop = () => {
      cancel();
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
    signedIn = true;
    stranger.stop();
    const { journal } = services.presence;
    const { userId, sessionId } = caller;
    const { id, userAgent, ipAddress } = facts;
    journal.connected({ id, userId, sessionId, userAgent, ipAddress });
    endings.defer(() => journal.disconnected(id));
    endings.defer(
      onCredentialEnded(services.bus, credential, () => close("signedOut", "the session has ended")),
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

  return {
    work,
    encoder: {
      encode(message) {
        if (socket.bufferedAmount > limits.maxBufferedBytes) socket.terminate();
        work.outgoing(message);
        together();
        return jsonEncoder.encode(message);
      },
      decode(data) {
        const message = jsonEncoder.decode(data);
        const batch: unknown[] | null = Array.isArray(message) ? message : null;
        countMessages(batch?.length ?? 1);
        const length = typeof data === "string" ? data.length : data.byteLength;
        if (batch === null) return admit(message, length) ? message : [];
        // One that is too large is refused as a whole, by tRPC.
        if (batch.length > limits.maxBatchSize) return batch;
        // How much each takes is worth counting only where all together are large.
        const lengthOf = (call: unknown) => (length > limits.maxCall ? JSON.stringify(call).length : length);
        return batch.filter((call) => admit(call, lengthOf(call)));
      },
    },
    async createContext(token) {
      const credential =
        token === null ? await authenticate(services, token) : await whileHeld(() => signIn(token));
      const { id, ipAddress, userAgent } = facts;
      const pace = paceOf(socket, transport, limits);
      return {
        ...services,
        credential,
        request: { id, ipAddress, userAgent, refreshCookie: null, connectionId: id, pace },
      };
    },
    drain() {
      draining = true;
      if (work.calls === 0) close("restart", "the server restarts");
    },
  };
}

/** The longest time that Node's timers take, in milliseconds. */
const longest = 2 ** 31 - 1;

function timer(run: () => void, ms: number): () => void {
  const handle = setTimeout(run, Math.min(Math.max(ms, 0), longest));
  handle.unref();
  return () => clearTimeout(handle);
}
