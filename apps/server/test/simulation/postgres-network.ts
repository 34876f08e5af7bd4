import { connect } from "node:net";
import type { Duplex } from "node:stream";

import type { Observer } from "./observer.ts";
import {
  requestsResponses,
  closesConnection,
  createMessageReader,
  endsStatement,
  headBytes,
  isOutsideTransaction,
  isReady,
  type Message,
  readProcessId,
} from "./postgres-messages.ts";
import type { Latency, Scheduler } from "./scheduler.ts";
import { createSocketPair } from "./socket-pair.ts";
import { realTimers } from "./virtual-time.ts";

/** The scheduler that controls the messages. Without one, messages arrive immediately. */
export interface Conditions {
  scheduler: Scheduler | null;
  latency: Latency;
}

/**
 * A server's connection to Postgres. Each statement and each response is delayed. In between, other servers act in simulated
 * time.
 */
export interface PostgresNetwork {
  /** Opens the streams of the driver's connections. */
  openStream(): Duplex;
  /** Starts over, with the name of a server for the trace. */
  begin(name: string): void;
  /** The number of lost connections since then. */
  readonly losses: number;
  /** Loses the connection of the statement that follows the given number of others. */
  loseAfter(statements: number, moment: LossMoment): void;
  /** Cancels all planned losses. */
  calm(): void;
  /** Loses all connections, and waits until Postgres has released their resources. */
  loseAll(): Promise<void>;
  /** Loses the connections that wait for a response or have an open transaction. */
  loseBusy(): Promise<void>;
  /** Lets Postgres terminate all sessions, as an administrator would. */
  terminateAll(): Promise<void>;
  /** Blocks all traffic in both directions, as if the machine were down. Postgres releases what it held. */
  cut(): Promise<void>;
  close(): void;
}

/** When a connection is lost: before Postgres receives a statement, or after it has run it. */
export type LossMoment = "before" | "after";

/** The statements that Postgres is running. */
export interface Statements {
  /** Waits until each statement is answered, or waits for a lock that only a later step can release. */
  settle(): Promise<void>;
  begin(statement: Running): void;
  end(statement: Running): void;
  /** Tracks other work like a statement. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

interface Running {
  processId: number;
}

export function createStatements(observer: Observer): Statements {
  const running = new Map<Running, "running" | "locked">();
  let ended = Promise.withResolvers<void>();
  let mayHaveUnlocked = false;

  const isAnyRunning = () => running.values().some((state) => state === "running");
  const markLocked = async () => {
    const locked = new Set(await observer.findLocked([...running.keys()].map(({ processId }) => processId)));
    for (const statement of running.keys()) {
      running.set(statement, locked.has(statement.processId) ? "locked" : "running");
    }
  };
  const begin = (statement: Running) => void running.set(statement, "running");
  const end = (statement: Running) => {
    running.delete(statement);
    mayHaveUnlocked = true;
    ended.resolve();
    ended = Promise.withResolvers();
  };
  return {
    async settle() {
      if (running.size === 0) return;
      if (mayHaveUnlocked) for (const statement of running.keys()) running.set(statement, "running");
      mayHaveUnlocked = false;
      for (let pauseMs = usualMs; isAnyRunning(); pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
        await Promise.race([ended.promise, pause(pauseMs)]);
        if (isAnyRunning()) await markLocked();
      }
    },
    begin,
    end,
    async during(work) {
      const statement = { processId: 0 };
      begin(statement);
      try {
        return await work();
      } finally {
        end(statement);
      }
    },
  };
}

/** A statement that takes longer may be waiting for a lock. */
const usualMs = 2;
const longestPauseMs = 20;
const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    realTimers.setTimeout(resolve, ms);
  });

export interface PostgresNetworkOptions {
  conditions: Conditions;
  /** The address of the real database. */
  target: string;
  statements: Statements;
  observer: Observer;
}

export function createPostgresNetwork(options: PostgresNetworkOptions): PostgresNetwork {
  const { observer, statements } = options;
  const connections = new Set<Connection>();
  let isCut = false;
  const accept = (socket: Duplex) => {
    // The machine is down, so no one responds.
    if (isCut) return;
    const connection = createConnection(socket, {
      ...options,
      nameServer: () => name,
      takeLoss,
      onLost: () => void lose([connection]),
    });
    connections.add(connection);
    socket.on("close", () => connections.delete(connection));
  };
  let name = "";
  let losses = 0;
  const plannedLosses: PlannedLoss[] = [];
  const takeLoss = (): LossMoment | null => {
    for (const planned of plannedLosses) planned.left -= 1;
    const due = plannedLosses.findIndex(({ left }) => left < 0);
    return due === -1 ? null : (plannedLosses.splice(due, 1)[0]?.moment ?? null);
  };
  const lose = (lost: readonly Connection[]) => {
    losses += lost.length;
    const processIds = lost.map((connection) => connection.lose());
    return statements.during(() => observer.terminate(processIds));
  };
  const line: PostgresNetwork = {
    openStream: () => createSocketPair(accept),
    begin(server) {
      name = server;
      losses = 0;
      plannedLosses.splice(0);
    },
    get losses() {
      return losses;
    },
    loseAfter: (left, moment) => void plannedLosses.push({ left, moment }),
    calm: () => void plannedLosses.splice(0),
    loseAll: () => lose([...connections]),
    loseBusy: () => lose([...connections].filter((connection) => connection.isBusy())),
    async terminateAll() {
      const ended = [...connections];
      losses += ended.length;
      await statements.during(() => observer.terminate(ended.map(({ processId }) => processId())));
    },
    async cut() {
      isCut = true;
      const processIds = [...connections].map((connection) => connection.cut());
      connections.clear();
      await statements.during(() => observer.terminate(processIds));
    },
    close() {
      for (const connection of connections) connection.close();
    },
  };
  return line;
}

interface PlannedLoss {
  /** The number of statements before the loss. */
  left: number;
  moment: LossMoment;
}

interface Connection {
  processId(): number;
  isBusy(): boolean;
  /** Disconnects both sides. @returns The ID of its server process. */
  lose(): number;
  /** Disconnects Postgres without notifying the driver. @returns The ID of its server process. */
  cut(): number;
  close(): void;
}

/** The messages that the driver sends until Postgres is ready again. */
interface Statement extends Running {
  messages: Message[];
  isWhole: boolean;
  isSent: boolean;
  /**
   * The delay of its response. It is decided before, because a commit and a statement that waited for it are answered at
   * the same time.
   */
  answerDelayMs: number;
  /** When its connection is lost; null if it is not. */
  loss: LossMoment | null;
}

interface ConnectionOptions extends PostgresNetworkOptions {
  nameServer(): string;
  /** Called for each statement. */
  takeLoss(): LossMoment | null;
  onLost(): void;
}

function createConnection(
  driver: Duplex,
  { conditions, target, statements, nameServer, takeLoss, onLost }: ConnectionOptions,
): Connection {
  const { hostname, port } = new URL(target);
  const database = connect(Number(port || 5432), hostname);
  const readDriver = createMessageReader(true);
  const readDatabase = createMessageReader(false);
  let processId = 0;
  let isUp = false;
  let isCut = false;
  let isInTransaction = false;
  /** The first statement is running; the others wait. */
  const queue: Statement[] = [];
  let answer: Buffer[] = [];
  const beginning: Running = { processId: 0 };
  statements.begin(beginning);

  const describe = createDescriber();
  const note = (what?: string) =>
    conditions.scheduler?.note(what === undefined ? what : `${nameServer()} ${what}`);
  const drawDelayMs = (way: string) =>
    conditions.scheduler?.delay(`${nameServer()} ${way} Postgres`, conditions.latency) ?? 0;
  const after = (delayMs: number, work: () => void) => {
    const { scheduler } = conditions;
    if (scheduler === null) return work();
    scheduler.time.after(delayMs, () => {
      if (!isCut) work();
    });
  };
  const plan = (statement: Statement) =>
    after(drawDelayMs("to"), () => {
      if (statement.loss === "before") return onLost();
      statement.isSent = true;
      statement.answerDelayMs = drawDelayMs("from");
      statements.begin(statement);
      note(`runs ${describe(statement)}`);
      database.write(Buffer.concat(statement.messages.map(({ bytes }) => bytes)));
    });
  const takeMessage = (message: Message) => {
    if (!isUp || closesConnection(message)) return void database.write(message.bytes);
    const last = queue.at(-1);
    if (last !== undefined && !last.isWhole) {
      last.messages.push(message);
      last.isWhole = endsStatement(message);
      if (last.isSent) database.write(message.bytes);
      return;
    }
    const isWhole = endsStatement(message);
    const loss = conditions.scheduler === null ? null : takeLoss();
    const statement: Statement = {
      processId,
      messages: [message],
      isWhole,
      isSent: false,
      answerDelayMs: 0,
      loss,
    };
    queue.push(statement);
    if (queue.length === 1) plan(statement);
  };
  const finish = (statement: Statement) => {
    const response = Buffer.concat(answer);
    answer = [];
    statements.end(statement);
    after(statement.answerDelayMs, () => {
      if (statement.loss === "after") return onLost();
      note("is answered");
      driver.write(response);
      queue.shift();
      const [next] = queue;
      if (next !== undefined) plan(next);
    });
  };
  const takeAnswer = (message: Message) => {
    processId = readProcessId(message) ?? processId;
    if (isReady(message)) isInTransaction = !isOutsideTransaction(message);
    if (!isUp) {
      driver.write(message.bytes);
      isUp = isReady(message);
      if (isUp) statements.end(beginning);
      return;
    }
    answer.push(message.bytes);
    const [statement] = queue;
    if (statement === undefined) flush();
    else if (isReady(message)) finish(statement);
  };
  const flush = () => {
    driver.write(Buffer.concat(answer));
    answer = [];
  };

  driver.on("data", (chunk) => {
    note();
    if (!isCut) for (const message of readDriver(chunk)) takeMessage(message);
  });
  database.on("data", (chunk) => {
    note();
    if (isCut) return;
    for (const message of readDatabase(chunk)) takeAnswer(message);
    const last = queue[0]?.messages.at(-1);
    if (answer.length > 0 && last !== undefined && requestsResponses(last)) flush();
  });
  driver.on("error", () => driver.destroy());
  database.on("error", () => database.destroy());
  driver.on("close", () => database.destroy());
  database.on("close", () => {
    note();
    statements.end(beginning);
    const [statement] = queue;
    if (statement !== undefined) statements.end(statement);
    if (isCut) return;
    isCut = true;
    // Its final messages are delivered.
    driver.end(Buffer.concat(answer));
  });
  return {
    processId: () => processId,
    isBusy: () => queue.length > 0 || isInTransaction,
    lose() {
      isCut = true;
      note("loses a connection");
      const [statement] = queue;
      if (statement !== undefined) statements.end(statement);
      driver.destroy();
      database.destroy();
      return processId;
    },
    cut() {
      isCut = true;
      database.destroy();
      return processId;
    },
    close() {
      isCut = true;
      driver.destroy();
      database.destroy();
    },
  };
}

/** Creates a function that describes a statement, even if it was prepared earlier. */
function createDescriber(): (statement: Statement) => string {
  const prepared = new Map<string, string>();
  return ({ messages }) => {
    for (const { kind, bytes } of messages) {
      const [first = "", second = ""] = bytes.toString("utf8", headBytes).split("\0", 2);
      if (kind === "Q") return shorten(first);
      if (kind === "P") prepared.set(first, shorten(second));
      if (kind === "P" || kind === "B") return prepared.get(kind === "P" ? first : second) ?? "a statement";
    }
    return "nothing";
  };
}

const shorten = (text: string) => text.replaceAll(/\W+/g, " ").trim().slice(0, 60);
