import { once } from "node:events";
import { createServer } from "node:net";

import { sql } from "drizzle-orm";
import { describe, expect, inject, it } from "vitest";

import { connect } from "./connect.ts";
import { withStandardTls } from "./driver/index.ts";
import { createTestFolder } from "./embedded/test-folder.fixture.ts";
import { DatabaseUnreachableError, DatabaseUnsupportedError, assertServerSupported } from "./server-check.ts";
import { toDatabaseUrl, dropDatabase, withAdminConnection } from "./testing/database.ts";
import { createTestDatabase } from "./testing/index.ts";
import { openProxy } from "./testing/proxy.ts";

describe("assertServerSupported", () => {
  it("succeeds if the database exists", async () => {
    await expect(assertServerSupported(inject("postgres").url)).resolves.toBeUndefined();
  });

  it("reports host and port, but not the password, if no server is listening", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    server.close();
    await once(server, "close");
    for (const host of ["127.0.0.1", "localhost"]) {
      const error: unknown = await assertServerSupported(
        `postgres://someone:s3cret@${host}:${port}/notes`,
      ).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(DatabaseUnreachableError);
      expect(String(error)).toContain(`${host}:${port}/notes`);
      expect(String(error)).toContain("ECONNREFUSED");
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error)).not.toContain(
        "s3cret",
      );
    }
  });

  it("reports a database that does not exist", async () => {
    const url = toDatabaseUrl(inject("postgres").url, "nowhere");
    await expect(assertServerSupported(url)).rejects.toThrow(/nowhere.*does not exist/);
  });

  it("rejects a database with another encoding", async () => {
    const { url, prefix } = inject("postgres");
    const name = `${prefix}ascii`;
    await withAdminConnection(
      url,
      (server) => server`create database ${server(name)} template template0 encoding 'SQL_ASCII' locale 'C'`,
    );
    try {
      await expect(assertServerSupported(toDatabaseUrl(url, name))).rejects.toThrow(DatabaseUnsupportedError);
    } finally {
      await dropDatabase(url, name);
    }
  });
});

describe("a pool", () => {
  it("cancels a statement that exceeds the timeout, and continues", async () => {
    await using test = await createTestDatabase({ statementTimeout: 100 });
    await expect(test.database.db.execute(sql`select pg_sleep(60)`)).rejects.toMatchObject({
      cause: { code: "57014" },
    });
    expect(await test.database.db.execute(sql`select 1 as answer`)).toEqual([{ answer: 1 }]);
  });

  it("reconnects after a server restart", async () => {
    await using folder = await createTestFolder();
    const first = await folder.open();
    const database = connect(first.url(), { poolSize: 2 });
    const port = new URL(first.url()).port;
    expect(await database.sql`select 1 as answer`).toEqual([{ answer: 1 }]);
    await first.close();
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await expect(database.sql`select 1`).rejects.toThrow(/ECONNREFUSED|CONNECTION_|shutdown|terminat/);
    }

    const second = await folder.open({ settings: { port } });
    expect(await database.sql`select 1 as answer`).toEqual([{ answer: 1 }]);
    await database.close();
    await second.close();
  });

  it("survives a connection that is cut during the handshake", async () => {
    await using test = await createTestDatabase();
    await using proxy = await openProxy(test.url);
    proxy.cutAt("application_name");
    const database = connect(proxy.url, { poolSize: 1 });
    await expect(database.sql`select 1`).rejects.toThrow(/ECONNRESET|CONNECTION_|terminated/);
    proxy.cutAt(null);
    expect(await database.sql`select 1 as answer`).toEqual([{ answer: 1 }]);
    await database.close();
  });
});

it.each([
  ["postgres://a:b@host/db", "postgres://a:b@host/db"],
  ["postgres://a:b@host/db?sslmode=require", "postgres://a:b@host/db?sslmode=require&uselibpqcompat=true"],
])("sslmode in %s has the same meaning as in other programs", (url, expected) => {
  expect(withStandardTls(url)).toBe(expected);
});
