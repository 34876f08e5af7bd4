import { type LookupFunction, Socket, type SocketConnectOpts } from "node:net";
import type { Duplex } from "node:stream";

import { Client, DatabaseError } from "pg";

import { ConnectionError, endsConnection, isStalePlan, toConnectionError } from "./errors.ts";
import { resultTypes } from "./types.ts";

declare module "pg" {
  interface Client {
    /** The number of the session's process at the server; the types leave it out. */
    processID: number | null;
  }
}

/** A statement as it is sent. */
export interface Statement {
  text: string;
  parameters: readonly unknown[];
  /** The name under which a connection keeps it prepared; without one, it is not. */
  name?: string | undefined;
  /** Whether rows come as arrays. */
  inArrays?: boolean;
}

export interface StatementResult {
  command: string;
  rows: unknown[];
  rowCount: number | null;
}

export interface ConnectionOptions {
  url: string;
  applicationName?: string;
  /** After how many milliseconds Postgres gives up on a statement; 0 for never. */
  statementTimeoutMs?: number;
  connectTimeoutMs?: number;
  /** How names are resolved, anew for each connection; by the system unless told otherwise. */
  lookup?: LookupFunction | undefined;
  /** What the connection goes over; a TCP socket unless told otherwise. */
  openStream?: (() => Duplex) | undefined;
}

/** After so long without a word, TCP asks whether the other side is there: every second, ten times. */
const keepAliveDelayMs = 5000;

/** A session at the server, which ends when its connection does, and is never opened again. */
export class Connection {
  readonly openedAt = performance.now();
  /** Since when a statement is waiting for its answer; null while none is. */
  waitingSince: number | null = null;
  /** When the watchdog last knew that Postgres works on that statement. */
  seenWorkingAt = 0;
  /** Since when it rests in the pool; null while somebody has it. */
  idleSince: number | null = null;
  /** Resolves when the connection is no more. */
  readonly ended: Promise<void>;
  private readonly client: Client;
  #lost: Error | null = null;

  private constructor(client: Client) {
    this.client = client;
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    client.on("error", (error) => {
      this.#lost ??= error;
      ended.resolve();
    });
    client.on("end", () => ended.resolve());
  }

  /** @throws ConnectionError, or Postgres' error. */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const { url, applicationName = "mdreader", statementTimeoutMs = 0, connectTimeoutMs = 5000 } = options;
    const client = new Client({
      connectionString: withUsualTls(url),
      application_name: applicationName,
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: 60_000,
      connectionTimeoutMillis: connectTimeoutMs,
      // Our statements are short: compiling them takes longer than it saves.
      options: "-c jit=off",
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveDelayMs,
      stream: options.openStream ?? (() => new LookingUpSocket(options.lookup)),
    });
    const connection = new Connection(client);
    try {
      await client.connect();
      return connection;
    } catch (error) {
      connection.destroy();
      throw toConnectionError(error);
    }
  }

  /** The number of the process at the server that serves it. */
  get pid(): number | null {
    return this.client.processID;
  }

  /** Whether the next one may have it: the connection is there, and no transaction is open on it. */
  get isReusable(): boolean {
    return this.#lost === null && this.client.getTransactionStatus() === "I";
  }

  get isLost(): boolean {
    return this.#lost !== null;
  }

  get bytesRead(): number {
    const { stream } = this.client.connection;
    return stream instanceof Socket ? stream.bytesRead : 0;
  }

  /** Sends a statement. The one before must have been answered. */
  run({ text, parameters, name, inArrays }: Statement): Promise<StatementResult> {
    return new Promise((resolve, reject) => {
      const answer = (error: Error | null, result: StatementResult | StatementResult[]) => {
        this.waitingSince = null;
        if (!error) return resolve(Array.isArray(result) ? (result.at(-1) ?? noResult) : result);
        if (endsConnection(error)) this.#lost ??= error;
        if (isStalePlan(error))
          return reject(new ConnectionError(error.message, "STALE_PLAN", { cause: error }));
        reject(error instanceof DatabaseError || this.#lost === null ? error : toConnectionError(this.#lost));
      };
      this.waitingSince = performance.now();
      const values = parameters.length === 0 ? undefined : [...parameters];
      const query = { text, name, values, types: resultTypes };
      if (inArrays) this.client.query({ ...query, rowMode: "array" }, answer);
      else this.client.query(query, answer);
    });
  }

  /** Takes its leave of the server. */
  close(): void {
    this.#lost ??= new ConnectionError("the connection is closed", "CONNECTION_ENDED");
    this.client.end(() => {});
  }

  /** Closes at once and without a word; what waits for an answer fails. */
  destroy(reason = new ConnectionError("the connection is closed")): void {
    this.#lost ??= reason;
    this.client.connection.stream.destroy(reason);
  }
}

const noResult: StatementResult = { command: "", rows: [], rowCount: 0 };

class LookingUpSocket extends Socket {
  private readonly lookup: LookupFunction | undefined;
  constructor(lookup: LookupFunction | undefined) {
    super();
    this.lookup = lookup;
  }
  override connect(...target: unknown[]): this {
    const [port, host] = target;
    if (this.lookup === undefined || typeof port !== "number" || typeof host !== "string") {
      return Reflect.apply(super.connect, this, target);
    }
    const options: SocketConnectOpts = { port, host, lookup: this.lookup };
    return super.connect(options);
  }
}

/** Has `sslmode` in an address mean what it means to every other program: `require` encrypts, and verifies nothing. */
export function withUsualTls(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has("sslmode") || parsed.searchParams.has("uselibpqcompat")) return url;
  parsed.searchParams.set("uselibpqcompat", "true");
  return parsed.href;
}
