import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

import type { Conditions } from "./machines.ts";
import type { Observer } from "./observer.ts";
import {
  asksForMore,
  closesConnection,
  createMessageReader,
  endsStatement,
  headBytes,
  isReady,
  type Message,
  processIdIn,
} from "./postgres-messages.ts";
import { realTimers } from "./virtual-time.ts";

/**
 * One server's way to Postgres. Each statement takes a while to get there, is run at that moment, and its answer takes a
 * while to come back; what other servers do in between is what they would do in between.
 */
export interface PostgresLine {
  url: string;
  /** Names the server in what is told of a schedule. */
  name: string;
  /** Nothing gets through any more, either way, as if the machine were gone; what it held in Postgres is let go of. */
  cut(): Promise<void>;
  close(): void;
}

/** The statements that Postgres is at work on. */
export interface Statements {
  /** Waits until each is answered, or waits for a lock that only a later step can let go of. */
  settle(): Promise<void>;
  begin(statement: Running): void;
  end(statement: Running): void;
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
  return {
    async settle() {
      if (running.size === 0) return;
      if (mayHaveUnlocked) for (const statement of running.keys()) running.set(statement, "running");
      mayHaveUnlocked = false;
      while (isAnyRunning()) {
        await Promise.race([ended.promise, pause(usualMs)]);
        if (isAnyRunning()) await markLocked();
      }
    },
    begin(statement) {
      running.set(statement, "running");
    },
    end(statement) {
      running.delete(statement);
      mayHaveUnlocked = true;
      ended.resolve();
      ended = Promise.withResolvers();
    },
  };
}

/** What takes longer may be waiting for a lock. */
const usualMs = 20;
const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    realTimers.setTimeout(resolve, ms);
  });

export interface PostgresLineOptions {
  conditions: Conditions;
  /** The address of the real database. */
  target: string;
  statements: Statements;
  observer: Observer;
}

export async function createPostgresLine(options: PostgresLineOptions): Promise<PostgresLine> {
  const { target, observer, statements } = options;
  const connections = new Set<Connection>();
  const server = createServer((socket) => {
    const connection = createConnection(socket, line, options);
    connections.add(connection);
    socket.on("close", () => connections.delete(connection));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo; // a TCP server's is one
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String(address.port);
  const line: PostgresLine = {
    url: url.href,
    name: "",
    async cut() {
      server.close();
      const processIds = [...connections].map((connection) => connection.cut());
      const ending = { processId: 0 };
      statements.begin(ending);
      await observer.terminate(processIds);
      statements.end(ending);
    },
    close() {
      server.close();
      for (const connection of connections) connection.close();
    },
  };
  return line;
}

interface Connection {
  /** @returns The process that served it. */
  cut(): number;
  close(): void;
}

/** What the driver sends until Postgres is ready again. */
interface Statement extends Running {
  messages: Message[];
  isWhole: boolean;
  isSent: boolean;
}

function createConnection(
  driver: Socket,
  line: PostgresLine,
  { conditions, target, statements }: PostgresLineOptions,
): Connection {
  const { hostname, port } = new URL(target);
  const database = connect(Number(port || 5432), hostname);
  const readDriver = createMessageReader(true);
  const readDatabase = createMessageReader(false);
  let processId = 0;
  let isUp = false;
  let isCut = false;
  /** The first is under way, the others wait for it. */
  const queue: Statement[] = [];
  let answer: Buffer[] = [];
  const beginning: Running = { processId: 0 };
  statements.begin(beginning);

  const describe = createDescriber();
  const note = (what?: string) => conditions.world?.note(what === undefined ? what : `${line.name} ${what}`);
  const afterDelay = (way: string, work: () => void) => {
    const { world, latency } = conditions;
    if (world === null) return work();
    world.time.after(world.delay(`${line.name} ${way} Postgres`, latency), () => {
      if (!isCut) work();
    });
  };
  const plan = (statement: Statement) =>
    afterDelay("to", () => {
      statement.isSent = true;
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
    const statement = { processId, messages: [message], isWhole: endsStatement(message), isSent: false };
    queue.push(statement);
    if (queue.length === 1) plan(statement);
  };
  const finish = (statement: Statement) => {
    const whole = Buffer.concat(answer);
    answer = [];
    statements.end(statement);
    afterDelay("from", () => {
      note("is answered");
      driver.write(whole);
      queue.shift();
      const [next] = queue;
      if (next !== undefined) plan(next);
    });
  };
  const takeAnswer = (message: Message) => {
    processId = processIdIn(message) ?? processId;
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
    if (answer.length > 0 && last !== undefined && asksForMore(last)) flush();
  });
  driver.on("error", () => driver.destroy());
  database.on("error", () => database.destroy());
  driver.on("close", () => database.destroy());
  database.on("close", () => {
    note();
    statements.end(beginning);
    const [statement] = queue;
    if (statement !== undefined) statements.end(statement);
    if (!isCut) driver.destroy();
  });
  return {
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

/** Says what a statement is, also where it was prepared before. */
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
