import { readdir } from "node:fs/promises";

import { expect, inject, it } from "vitest";

import { migrate } from "./migrate.ts";
import { toDatabaseUrl, dropDatabase, withAdminConnection } from "./testing/database.ts";

it("migrates a new database once, even if several servers start concurrently", async () => {
  const { url: serverUrl, prefix } = inject("postgres");
  const name = `${prefix}migrate`;
  const url = toDatabaseUrl(serverUrl, name);
  await withAdminConnection(serverUrl, (sql) => sql`create database ${sql(name)}`);
  try {
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    await migrate(url);
    const applied = await withAdminConnection(
      url,
      (sql) => sql`select hash from drizzle.__drizzle_migrations`,
    );
    const files = await readdir(new URL("../migrations", import.meta.url));
    expect(applied).toHaveLength(files.filter((file) => file.endsWith(".sql")).length);
  } finally {
    await dropDatabase(serverUrl, name);
  }
});
