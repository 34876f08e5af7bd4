import { setTimeout as delay } from "node:timers/promises";

import { createId } from "@mdreader/db";
import { Client } from "pg";

import type { BenchEnvironment } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { prepareSearchIndex, seedDocuments, waitForSearchIndex } from "./seed-documents.ts";
import { get, measureTime, computeQuantile, send, type Times } from "./timing.ts";

const documentCount = 12_000;

/** Deletes and restores a large folder, while another user works in the same workspace. */
export async function* benchFolders(world: BenchEnvironment): AsyncGenerator<Measurement> {
  const { url, sql, owner, workspaceId } = world;
  const [other] = await world.editors(1);
  const id = createId();
  await sql`insert into folders (id, workspace_id, name) values (${id}, ${workspaceId}, 'Large')`;
  await seedDocuments(sql, workspaceId, owner.id, { folderId: id, count: documentCount });
  await prepareSearchIndex(sql);

  for (const verb of ["delete", "restore"] as const) {
    const bare = await runBare(world, id, verb);
    const change = () => send("POST", `${url}/trpc/document.folder.${verb}`, { id }, bearer(owner.token));
    const { ms, server, postgres, waits } = await measure(world, other?.token ?? "", change);
    const cpu = `${server.toFixed(0)} + ${postgres.toFixed(0)} µs of CPU per document`;
    yield {
      what: `${verb} a folder of 12,000 documents, relative to one transaction`,
      value: ms / bare,
      unit: "×",
      note: `${(ms / 1000).toFixed(1)} s vs. ${(bare / 1000).toFixed(1)} s; ${cpu}`,
    };
    yield {
      what: "  the longest that another user's call takes meanwhile",
      value: Math.max(...waits),
      unit: "ms",
      target: { atMost: 100 },
      note: `${waits.length} calls, median ${computeQuantile(waits, 0.5).toFixed(1)} ms, p99 ${computeQuantile(waits, 0.99).toFixed(0)} ms`,
    };
  }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** The milliseconds of one transaction that writes the same rows, and is rolled back. */
async function runBare({ databaseUrl }: BenchEnvironment, folderId: string, verb: "delete" | "restore") {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const deletedAt = verb === "delete" ? new Date().toISOString() : null;
  const times: Times = [];
  await client.query("begin");
  await measureTime(times, () =>
    client.query(
      `with moved as (
        update documents set deleted_at = $1, version = version + 1
        where folder_id = $2 returning id, workspace_id, version)
      insert into document_log (document_id, workspace_id, seq, kind, meta)
      select id, workspace_id, version, 'meta', '{}' from moved`,
      [deletedAt, folderId],
    ),
  );
  await client.query("rollback");
  await client.end();
  return times[0] ?? Number.NaN;
}

/** Measures a change of the folder, and each call of another user in the meantime. */
async function measure(
  { url, server, postgresCpu, workspaceId, sql }: BenchEnvironment,
  token: string,
  change: () => Promise<unknown>,
) {
  const headers = bearer(token);
  const calls = [
    () => get(`${url}/api/v1/workspaces/${workspaceId}`, headers),
    () => send("POST", `${url}/trpc/document.create`, { workspaceId, title: "Beside" }, headers),
    () => send("POST", `${url}/trpc/document.folder.create`, { workspaceId, name: createId() }, headers),
  ];
  const waits: Times = [];
  const over = new AbortController();
  const work = async () => {
    while (!over.signal.aborted) {
      for (const call of calls) await measureTime(waits, call);
      await delay(10);
    }
  };
  for (const call of calls) await call();
  const before = { server: (await server.usage()).cpu, postgres: await postgresCpu() };
  const start = performance.now();
  const working = work();
  await change();
  const ms = performance.now() - start;
  over.abort();
  await working;
  // Indexing is part of the cost, and not of that of the next benchmark.
  await waitForSearchIndex(sql);
  return {
    ms,
    waits,
    server: ((await server.usage()).cpu - before.server) / documentCount,
    postgres: ((await postgresCpu()) - before.postgres) / documentCount,
  };
}
