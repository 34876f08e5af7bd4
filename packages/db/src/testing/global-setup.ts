import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

import { openCluster } from "../embedded/index.ts";
import { migrate } from "../migrate.ts";
import { databaseUrl, dropDatabase, onServer } from "./database.ts";

/** A crash would lose what a test run wrote: nobody minds, and it is several times faster. */
const carefree = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: 300 };

/** One Postgres for the whole run, with a migrated template that each test file's database is cloned from. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await openServer();
  const template = `mdreader_template_${randomUUID().replaceAll("-", "")}`;
  await onServer(server.url, (sql) => sql`create database ${sql(template)}`);
  await migrate(databaseUrl(server.url, template));
  const version = await onServer(server.url, (sql) => sql<[{ server_version: string }]>`show server_version`);
  console.log(`Tests run on ${server.name}, PostgreSQL ${version[0].server_version}`);
  project.provide("postgresUrl", server.url);
  project.provide("templateDatabase", template);
  return async () => {
    await dropDatabase(server.url, template);
    await server.close();
  };
}

async function openServer(): Promise<{ name: string; url: string; close(): Promise<void> }> {
  const external = process.env["TEST_DATABASE_URL"];
  if (external !== undefined && external !== "") {
    return { name: "the server of TEST_DATABASE_URL", url: external, close: async () => {} };
  }
  const dataDir = await mkdtemp(join(tmpdir(), "mdreader-test-"));
  const cluster = await openCluster({ dataDir, settings: carefree });
  return {
    name: "an embedded server of their own",
    url: cluster.url("postgres"),
    async close() {
      await cluster.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
