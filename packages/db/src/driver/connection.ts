import { type LookupFunction, Socket, type SocketConnectOpts } from "node:net";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";

import { Client, DatabaseError } from "pg";
import { from, to } from "pg-copy-streams";

import { traceStatement } from "../tracing/statement-span.ts";
import { hasActiveSpan } from "../tracing/tracing.ts";
import { ConnectionError, endsConnection, isStalePlan, toConnectionError } from "./errors.ts";
import { resultTypes } from "./types.ts";

declare module "pg" {
  interface Client {
    /** The process ID of the session's server process. The types omit it. */
    processID: number | null;
  }
}

/** A statement to send. */
export interface Statement {
  text: string;
  parameters: readonly unknown[];
  /** The name under which connections prepare the statement. Without a name, it is not prepared. */
  name?: string | undefined;
  /** Whether rows are returned as arrays. */
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
  /** Postgres's statement timeout in milliseconds. 0 disables it. */
  statementTimeoutMs?: number;
  connectTimeoutMs?: number;
  /** Resolves host names, again for each connection. Defaults to the system's resolver. */
  lookup?: LookupFunction | undefined;
  /** Opens the transport of a connection. Defaults to a TCP socket. */
  openStream?: (() => Duplex) | undefined;
  /** Whether statements can be sent without waiting for the responses to earlier ones. Such a connection can't copy. */
  isPipelined?: boolean | undefined;
}

/** Milliseconds of silence after which TCP sends keepalive probes: one per second, ten times. */
const keepAliveDelayMs = 5000;

/** A session at the server. It ends with its connection and is never reopened. */
export class Connection {
  readonly openedAt = performance.now();
  /** When the running statement was sent, or the one before it was answered. Null while none is running. */
  waitingSince: number | null = null;
  /** When the watchdog last saw Postgres working on that statement. */
  seenWorkingAt = 0;
  /** When the connection was returned to the pool. Null while it is in use. */
  idleSince: number | null = null;
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>;
  private readonly client: Client;
  #inFlight = 0;
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
      connectionString: withStandardTls(url),
      application_name: applicationName,
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: 60_000,
      connectionTimeoutMillis: connectTimeoutMs,
      // Our statements are short: JIT compilation takes longer than it saves.
      options: "-c jit=off -c timezone=UTC",
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveDelayMs,
      stream: options.openStream ?? (() => new CustomLookupSocket(options.lookup)),
      pipeline: options.isPipelined,
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

  /** The process ID of the server process. */
  get pid(): number | null {
    return this.client.processID;
  }

  /** Whether the connection can be reused: it is open, and has no open transaction. */
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

  get isPipelined(): boolean {
    return this.client.pipeline;
  }

  /** Sends a statement. Unless the connection is pipelined, the previous one must have finished. */
  run(statement: Statement): Promise<StatementResult> {
    return hasActiveSpan()
      ? traceStatement(statement.text, () => this.#send(statement))
      : this.#send(statement);
  }

  #send({ text, parameters, name, inArrays }: Statement): Promise<StatementResult> {
    return new Promise((resolve, reject) => {
      const onResponse = (error: Error | null, result: StatementResult | StatementResult[]) => {
        this.#inFlight -= 1;
        this.waitingSince = this.#inFlight === 0 ? null : performance.now();
        if (!error) return resolve(Array.isArray(result) ? (result.at(-1) ?? noResult) : result);
        if (endsConnection(error)) this.#lost ??= error;
        if (isStalePlan(error))
          return reject(new ConnectionError(error.message, "STALE_PLAN", { cause: error }));
        reject(error instanceof DatabaseError || this.#lost === null ? error : toConnectionError(this.#lost));
      };
      this.#inFlight += 1;
      this.waitingSince ??= performance.now();
      const values = parameters.length === 0 ? undefined : [...parameters];
      const query = { text, name, values, types: resultTypes };
      if (inArrays) this.client.query({ ...query, rowMode: "array" }, onResponse);
      else this.client.query(query, onResponse);
    });
  }

  /**
   * Runs `COPY … TO STDOUT`, and lets `read` consume its output. If that fails, the connection is closed, because Postgres
   * would go on sending.
   */
  async copyTo(text: string, read: (output: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void> {
    const output = this.client.query(to(text));
    try {
      await read(output);
      if (!output.readableEnded) throw new Error("the output of COPY wasn't read to its end");
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  /** Runs `COPY … FROM STDIN` with the rows of `source`. If that fails, nothing is copied. */
  async copyFrom(text: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    await pipeline(source, this.client.query(from(text)));
  }

  /** Closes the connection gracefully. */
  close(): void {
    this.#lost ??= new ConnectionError("the connection is closed", "CONNECTION_ENDED");
    this.client.end(() => {});
  }

  /** Closes the connection immediately. A running statement fails. */
  destroy(reason = new ConnectionError("the connection is closed")): void {
    this.#lost ??= reason;
    this.client.connection.stream.destroy(reason);
  }
}

const noResult: StatementResult = { command: "", rows: [], rowCount: 0 };

class CustomLookupSocket extends Socket {
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

/** Gives `sslmode` in a URL the meaning that it has in other programs: `require` encrypts without verifying. */
export function withStandardTls(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has("sslmode") || parsed.searchParams.has("uselibpqcompat")) return url;
  parsed.searchParams.set("uselibpqcompat", "true");
  return parsed.href;
}
