import type { TestProject } from "vitest/node";

import { migrate } from "../migrate.ts";
import { toDatabaseUrl, dropDatabase, withAdminConnection } from "./database.ts";
import { openTemporaryCluster } from "./temporary-cluster.ts";
import { acquireTestRun } from "./test-run.ts";

/** Starts one Postgres for the whole run, with a migrated template from which each test file's database is cloned. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using started = new AsyncDisposableStack();
  const server = started.use(await openServer());
  const run = started.use(await acquireTestRun(server.url));
  const template = `${run.prefix}template`;
  await withAdminConnection(server.url, (sql) => sql`create database ${sql(template)}`);
  started.defer(() => dropDatabase(server.url, template));
  await migrate(toDatabaseUrl(server.url, template));

  const [{ version }] = await withAdminConnection(
    server.url,
    (sql) => sql<[{ version: string }]>`select current_setting('server_version') as version`,
  );
  console.log(`Tests run on ${server.name}, PostgreSQL ${version}`);
  project.provide("postgres", { url: server.url, template, prefix: run.prefix });
  const all = started.move();
  return () => all.disposeAsync();
}

/** The server of the tests. `url` is that of a database that they do not use. */
interface OpenedServer extends AsyncDisposable {
  name: string;
  url: string;
}

async function openServer(): Promise<OpenedServer> {
  const external = process.env["TEST_DATABASE_URL"];
  if (external !== undefined && external !== "") {
    return { name: "the server of TEST_DATABASE_URL", url: external, async [Symbol.asyncDispose]() {} };
  }
  const cluster = await openTemporaryCluster();
  return {
    name: "a separate embedded server",
    url: cluster.url("postgres"),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}
