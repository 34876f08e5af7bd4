import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { createClient } from "@mdreader/client";
import { migrate, newId } from "@mdreader/db";
import { openCluster } from "@mdreader/db/embedded";
import postgres from "postgres";

/** A real server in a process of its own, on a durable PostgreSQL of its own, with 10,000 documents. */
export interface World extends AsyncDisposable {
  url: string;
  sql: postgres.Sql;
  databaseUrl: string;
  /** Someone who is signed in, and may read and write everything. */
  token: string;
  sessionId: string;
  workspaceId: string;
  /** Some of the documents. */
  documentIds: string[];
}

const password = "correct horse battery staple";
export const account = { email: "bench@example.test", password };
export const documentCount = 10_000;
/** A word that is in one document of a thousand, and one that is in nearly all. */
export const words = { rare: "zugzwang", common: "common" };

export async function openWorld(): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), "mdreader-bench-"));
  // Long statements are to be seen whole: the limit is measured with the very statement that we run.
  const cluster = await openCluster({ dataDir, settings: { track_activity_query_size: 16_384 } });
  await migrate(cluster.url());
  const server = await startChild("serve.ts", { DATABASE_URL: cluster.url(), DATA_DIR: dataDir });
  const client = createClient({ url: server.url });
  const { accessToken, user } = await client.auth.register.mutate({ ...account, username: "bench" });
  const { id: workspaceId } = await client.workspace.create.mutate({ name: "Bench" });
  await client.close();
  const sql = postgres(cluster.url(), { max: 2, onnotice: () => {} });
  const [session] = await sql`select id from auth_sessions where user_id = ${user.id}`;
  return {
    url: server.url,
    sql,
    databaseUrl: cluster.url(),
    token: accessToken,
    sessionId: String(session?.["id"]),
    workspaceId,
    documentIds: await fill(sql, workspaceId, user.id),
    async [Symbol.asyncDispose]() {
      await stopChild(server.child);
      await sql.end();
      await cluster.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Documents of about 2 KB, whose words are as unevenly frequent as those of a language are. */
async function fill(sql: postgres.Sql, workspaceId: string, userId: string): Promise<string[]> {
  const vocabulary = Array.from({ length: 5000 }, (_, n) => `word${n.toString(36)}`);
  const random = seeded(42);
  const text = (n: number) => {
    const chosen = Array.from(
      { length: 300 },
      () => vocabulary[Math.floor(vocabulary.length ** random()) - 1],
    );
    return `# Document ${n}\n\n${words.common} ${n % 1000 === 0 ? words.rare : ""} ${chosen.join(" ")}\n`;
  };
  const ids: string[] = [];
  for (let from = 0; from < documentCount; from += 500) {
    const rows = Array.from({ length: 500 }, (_, n) => ({
      id: newId(),
      title: `Document ${from + n}`,
      content: text(from + n),
    }));
    await sql`
      insert into documents (id, workspace_id, title, content, size, created_by)
      select d.id, ${workspaceId}, d.title, d.content, octet_length(d.content), ${userId}
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as d (id uuid, title text, content text)`;
    ids.push(...rows.map(({ id }) => id));
  }
  await sql`insert into document_log (document_id, workspace_id, seq, kind, update)
    select id, workspace_id, 1, 'update', '\\x0000' from documents`;
  await sql`vacuum analyze documents`;
  return ids;
}

/** The same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Starts a script of this folder as a process. It says its address in its first line. */
export async function startChild(
  script: string,
  env: Record<string, string>,
): Promise<{ child: ChildProcess; url: string }> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [path], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  return { child, url: String(line).trim() };
}

export async function stopChild(child: ChildProcess): Promise<void> {
  child.kill("SIGTERM");
  await once(child, "exit");
}
