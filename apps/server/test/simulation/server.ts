import { createServer, type Server } from "node:http";

import {
  appRouter,
  type Bus,
  closeServices,
  createCallerFactory,
  createPasswordHasher,
  createServices,
  type DomainSettings,
  type Logger,
  type Services,
} from "@mdreader/api";
import { createMemoryStorage, createTestOperations, fastHashing } from "@mdreader/api/testing";
import { connect, type Database } from "@mdreader/db";
import { pino } from "pino";

import { createMemoryBudgets, defaultMemoryLimits } from "../../src/flow-control/memory-budgets.ts";
import { createOrigins } from "../../src/http/request/origins.ts";
import { createConnectionSlots } from "../../src/ws/connection-slots.ts";
import { defaultSocketLimits } from "../../src/ws/limits.ts";
import { createSocketServer, type SocketServer } from "../../src/ws/server.ts";
import type { PostgresNetwork } from "./postgres-network.ts";
import type { Person } from "./team.ts";

const callerFactory = createCallerFactory(appRouter);

/** The procedures, called directly on a server by a user. */
export type Caller = ReturnType<typeof callerFactory>;

/** A server process, with everything that it has in memory. */
export interface ServerProcess {
  services: Services;
  http: Server;
  as(person: Person): Caller;
  /** Shuts down gracefully: finishes work in progress and sends windows elsewhere. */
  stop(): Promise<void>;
  /** Closes its sockets. The rest keeps running, but reaches nothing once its other connections are cut. */
  cut(): void;
  /** Errors that the server does not expect, each of which would be a bug. */
  readonly complaints: readonly Complaint[];
}

export interface Complaint {
  message: string;
  error: unknown;
}

export interface ServerProcessOptions {
  database: Database;
  bus: Bus;
  settings: DomainSettings;
  tokens: Services["tokens"];
}

const passwords = createPasswordHasher(fastHashing);

export function startServerProcess({ database, bus, settings, tokens }: ServerProcessOptions): ServerProcess {
  const complaints: Complaint[] = [];
  const complain: Logger["error"] = (fields, message) => {
    complaints.push({ message, error: "err" in fields ? fields.err : null });
  };
  const services = createServices({
    database,
    auditDatabase: database,
    bus,
    settings,
    tokens,
    passwords,
    clock: { now: () => new Date() },
    limiter: { consume: async () => {}, reset: async () => {} },
    log: { info: () => {}, warn: complain, error: complain },
    mailer: { enqueue: async () => {} },
    operations: createTestOperations(),
    storage: createMemoryStorage(),
    thumbnails: { create: async () => null },
  });
  const sockets = openSockets(services, settings);
  const http = createServer();
  http.on("upgrade", sockets.upgrade);
  return {
    services,
    http,
    complaints,
    as: ({ userId, sessionId }) =>
      callerFactory({
        ...services,
        credential: { kind: "session", userId, sessionId },
        request: { id: "simulation", ipAddress: "192.0.2.1", userAgent: null, refreshCookie: null },
      }),
    cut: () => sockets.terminate(),
    async stop() {
      await sockets.drain();
      await closeServices(services);
    },
  };
}

function openSockets(services: Services, settings: DomainSettings): SocketServer {
  const silent = pino({ level: "silent" });
  const origins = createOrigins(settings.appUrl, []);
  const limits = defaultSocketLimits;
  const budgets = createMemoryBudgets(defaultMemoryLimits);
  return createSocketServer({
    services,
    log: silent,
    requests: silent,
    origins,
    limits,
    slots: createConnectionSlots(limits),
    budgets,
    proxies: 0,
  });
}

/** The number of concurrent statements of a server. */
const poolSize = 4;

/** Opens all connections of a server's pool, so that each start is the same. */
export async function openPool(url: string, network: Pick<PostgresNetwork, "openStream">): Promise<Database> {
  const database = connectWithoutChecks(url, network);
  await warm(database);
  return database;
}

/** The driver checks idle connections in real time, which is meaningless in the simulation. */
function connectWithoutChecks(url: string, { openStream }: Pick<PostgresNetwork, "openStream">): Database {
  const { setInterval } = globalThis;
  Object.assign(globalThis, { setInterval: () => setTimeout(() => {}, 0) });
  try {
    return connect(url, { poolSize, openStream });
  } finally {
    Object.assign(globalThis, { setInterval });
  }
}

export async function warm({ sql }: Pick<Database, "sql">): Promise<void> {
  await Promise.all(Array.from({ length: poolSize }, () => sql`select pg_sleep(0)`));
}
