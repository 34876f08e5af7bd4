import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import { DatabaseError } from "pg";
import { inject } from "vitest";

import { connect, type ConnectOptions, type Database } from "../connect.ts";
import { withSession } from "../driver/index.ts";

declare module "vitest" {
  interface ProvidedContext {
    postgres: {
      /** The server that the run uses, as the address of a database that the tests leave alone. */
      url: string;
      /** The migrated database that each test's own is cloned from. */
      template: string;
      /** What the names of this run's databases begin with. */
      prefix: string;
    };
  }
}

/** A database of a test's own. */
export interface TestDatabase extends AsyncDisposable {
  url: string;
  database: Database;
}

/** Makes a migrated, empty database. Use it with `await using`, or dispose of it in `afterAll`. */
export async function createTestDatabase(options: ConnectOptions = {}): Promise<TestDatabase> {
  const { url: serverUrl, template, prefix } = inject("postgres");
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

/** The same server, another database. */
export function toDatabaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs `work` on one connection to the server. */
export const withAdminConnection = withSession;

/** Drops a database with whatever is still connected to it. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await withAdminConnection(serverUrl, (sql) => sql`drop database if exists ${sql(name)} with (force)`);
}

const isTemplateInUse = "55006";

/** Two clones of one template can meet; the later one waits for its turn. */
async function cloneTemplate(serverUrl: string, template: string, name: string): Promise<void> {
  await withAdminConnection(serverUrl, async (sql) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await sql`create database ${sql(name)} template ${sql(template)}`;
        return;
      } catch (error) {
        const retry = error instanceof DatabaseError && error.code === isTemplateInUse && attempt < 100;
        if (!retry) throw error;
        await delay(50);
      }
    }
  });
}
