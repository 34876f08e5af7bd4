import { createClient } from "@mdreader/client";

import { get, load, median, report } from "./measure.ts";
import { startChild, stopChild, type World } from "./world.ts";

const rounds = 3;
const seconds = 4;
const width = 32;

/** `document.get` against the limit, over HTTP and over a WebSocket, turn by turn. */
export async function benchGet(world: World): Promise<void> {
  const statement = await statementOfGet(world);
  const bare = await startChild("bare.ts", {
    DATABASE_URL: world.databaseUrl,
    STATEMENT: statement,
    SESSION: world.sessionId,
  });
  const id = (n: number) => world.documentIds[(n * 7919) % world.documentIds.length] ?? "";
  const headers = { authorization: `Bearer ${world.token}` };
  const overHttp = (n: number) =>
    get(`${world.url}/trpc/document.get?input=${encodeURIComponent(JSON.stringify({ id: id(n) }))}`, headers);
  const client = createClient({ url: world.url, token: world.token, transport: "ws" });
  const overSocket = async (n: number) => {
    await client.document.get.query({ id: id(n) });
  };
  const limit = (n: number) => get(`${bare.url}/${id(n)}`);
  const sums = { limit: 0, http: 0, socket: 0 };
  for (const call of [limit, overHttp, overSocket]) await load(width, 1, call);
  for (let round = 0; round < rounds; round += 1) {
    sums.limit += (await load(width, seconds, limit)).perSecond;
    sums.http += (await load(width, seconds, overHttp)).perSecond;
    sums.socket += (await load(width, seconds, overSocket)).perSecond;
  }
  await client.close();
  await stopChild(bare.child);
  const rate = (sum: number) => `${Math.round(sum / rounds)}/s`;
  report("limit: node:http and the driver, the same statement", "", rate(sums.limit));
  report("document.get over HTTP", ">= 0.6", `${(sums.http / sums.limit).toFixed(2)}  (${rate(sums.http)})`);
  report(
    "document.get over WebSocket",
    ">= 0.8",
    `${(sums.socket / sums.limit).toFixed(2)}  (${rate(sums.socket)})`,
  );
}

/** What the server runs for it, as PostgreSQL has noted it. */
async function statementOfGet({ sql, url, token, documentIds }: World): Promise<string> {
  await sql`create extension if not exists pg_stat_statements`.catch(() => {});
  const client = createClient({ url, token });
  const seen = new Set<string>();
  const look = async () => {
    const rows = await sql<{ query: string }[]>`
      select query from pg_stat_activity where application_name = 'mdreader' and query like 'select%"caller_user_id"%item%'`;
    for (const { query } of rows) if (query.includes('"content"')) seen.add(query);
  };
  for (let n = 0; n < 60 && seen.size === 0; n += 1) {
    await client.document.get.query({ id: documentIds[n] ?? "" });
    await look();
  }
  await client.close();
  const [statement] = seen;
  if (statement === undefined) throw new Error("the statement of document.get was not seen");
  return statement;
}

/** A page deep in a list against its first. */
export async function benchPages(world: World): Promise<void> {
  const client = createClient({ url: world.url, token: world.token });
  const { workspaceId } = world;
  const page = (cursor: string | null) => client.document.list.query({ workspaceId, cursor, limit: 50 });
  let cursor: string | null = null;
  for (let n = 1; n < 200; n += 1) cursor = (await page(cursor)).nextCursor;
  const first: number[] = [];
  const deep: number[] = [];
  for (let n = 0; n < 200; n += 1) {
    for (const [at, times] of [
      [null, first],
      [cursor, deep],
    ] as const) {
      const before = performance.now();
      await page(at);
      times.push(performance.now() - before);
    }
  }
  await client.close();
  const times = `${median(first).toFixed(1)} ms, ${median(deep).toFixed(1)} ms`;
  report(
    "page 200 of document.list against page 1",
    "<= 1.3",
    `${(median(deep) / median(first)).toFixed(2)}  (${times})`,
  );
}
