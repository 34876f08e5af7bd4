import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import { DatabaseError } from "pg";
import { inject } from "vitest";

import { connect, type ConnectOptions, type Database } from "../connect.ts";
import { withSession } from "../driver/index.ts";

/** The server of a run. */
export interface TestServer {
  /** The URL of a database that the tests do not use. */
  url: string;
  /** The migrated database from which each test's database is cloned. */
  template: string;
  /** The prefix of the names of this run's databases. */
  prefix: string;
}

declare module "vitest" {
  interface ProvidedContext {
    postgres: TestServer;
  }
}

export interface TestDatabaseOptions extends ConnectOptions {
  /** Default: the server of the run. */
  server?: TestServer;
  /** The database to clone. Default: the server's template. */
  template?: string | undefined;
}

/** A separate database for a test. */
export interface TestDatabase extends AsyncDisposable {
  url: string;
  database: Database;
}

/** Creates a migrated, empty database. Use it with `await using`, or dispose of it in `afterAll`. */
export async function createTestDatabase({
  server = inject("postgres"),
  template = server.template,
  ...options
}: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { url: serverUrl, prefix } = server;
  const name = `${prefix}${randomBytes(8).toString("hex")}`;
  await cloneTemplate(serverUrl, template, name);
  const url = toDatabaseUrl(serverUrl, name);
  const database = connect(url, { poolSize: 5, applicationName: "mdreader test", ...options });
  return {
    url,
    database,
    async [Symbol.asyncDispose]() {
      await database.close();
      await dropDatabase(serverUrl, name);
    },
  };
}

/** Creates a database without tables. */
export async function createEmptyDatabase(): Promise<AsyncDisposable & { url: string }> {
  const { url: serverUrl, prefix } = inject("postgres");
  const name = `${prefix}empty_${randomBytes(8).toString("hex")}`;
  await withAdminConnection(serverUrl, (sql) => sql`create database ${sql(name)}`);
  return { url: toDatabaseUrl(serverUrl, name), [Symbol.asyncDispose]: () => dropDatabase(serverUrl, name) };
}

/** Returns the URL of another database on the same server. */
export function toDatabaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs `work` on one connection to the server. */
export const withAdminConnection = withSession;

/** Drops a database, and closes its connections. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await withAdminConnection(serverUrl, (sql) => sql`drop database if exists ${sql(name)} with (force)`);
}

const isTemplateInUse = "55006";

/** Concurrent clones of a template conflict, so the later one retries. */
async function cloneTemplate(serverUrl: string, template: string, name: string): Promise<void> {
  await withAdminConnection(serverUrl, async (sql) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        // Copying files takes less than half of the time of logging each page.
        await sql`create database ${sql(name)} template ${sql(template)} strategy file_copy`;
        return;
      } catch (error) {
        const canRetry = error instanceof DatabaseError && error.code === isTemplateInUse && attempt < 100;
        if (!canRetry) throw error;
        await delay(50);
      }
    }
  });
}
