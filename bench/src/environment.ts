import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createTokenIssuer } from "@mdreader/api";
import {
  authSessions,
  connect,
  migrate,
  createId,
  users,
  workspaceMembers,
  workspaces,
  type Sql,
} from "@mdreader/db";
import { openCluster } from "@mdreader/db/embedded";

import { type Child, startChild } from "./child.ts";
import { readPostgresCpu } from "./postgres-usage.ts";
import { prepareSearchIndex, seedDocuments, type SeededDocument } from "./seed-documents.ts";

/** A signed-in user. */
export interface Person {
  id: string;
  sessionId: string;
  token: string;
}

/** A real server in a separate process, with its own durable PostgreSQL. */
export interface BenchEnvironment extends AsyncDisposable {
  url: string;
  server: Child;
  sql: Sql;
  databaseUrl: string;
  /** The processor time in microseconds that PostgreSQL has used so far. */
  postgresCpu(): Promise<number>;
  /** The owner of the workspace. */
  owner: Person;
  workspaceId: string;
  /** Creates the given number of editors in the workspace. */
  editors(count: number): Promise<Person[]>;
  /** 10,000 documents of about 2 KB, created on first use. */
  library(): Promise<SeededDocument[]>;
  /** Starts another server on the same database, with empty caches. */
  anotherServer(): Promise<Child>;
}

export async function openBenchEnvironment(): Promise<BenchEnvironment> {
  await using opened = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "mdreader-bench-"));
  opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  // Long statements must not be truncated, because the baseline runs the same statement.
  const cluster = await openCluster({ dataDir, settings: { track_activity_query_size: 16_384 } });
  opened.defer(() => cluster.close());
  const databaseUrl = cluster.url();
  await migrate(databaseUrl);
  const { db, sql, close } = connect(databaseUrl, { poolSize: 2, applicationName: "bench" });
  opened.defer(close);

  const jwtSecret = randomBytes(32).toString("base64url");
  const environment = { DATABASE_URL: databaseUrl, DATA_DIR: dataDir, JWT_SECRET: jwtSecret };
  const tokens = createTokenIssuer({ jwtSecret, accessTokenTtlSeconds: 3600 }, { now: () => new Date() });
  const server = await startChild("serve.ts", environment);
  opened.defer(() => server.stop());

  /** Inserts the user directly, because hashing a password is slow. */
  async function createPerson(): Promise<Person> {
    const id = createId();
    const sessionId = createId();
    const name = `bench-${id.slice(-12)}`;
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    await db
      .insert(users)
      .values({ id, email: `${name}@example.test`, username: name, passwordHash: "none" });
    await db
      .insert(authSessions)
      .values({ id: sessionId, userId: id, tokenHash: randomBytes(32), expiresAt });
    return { id, sessionId, token: (await tokens.issueAccess({ sessionId, userId: id })).token };
  }

  const owner = await createPerson();
  const workspaceId = createId();
  await db.insert(workspaces).values({ id: workspaceId, name: "Bench" });
  const addMember = (userId: string, role: "owner" | "editor") =>
    db.insert(workspaceMembers).values({ workspaceId, userId, role });
  await addMember(owner.id, "owner");

  let library: Promise<SeededDocument[]> | null = null;
  const all = opened.move();
  return {
    url: server.url,
    server,
    sql,
    databaseUrl,
    postgresCpu: () => readPostgresCpu(dataDir),
    owner,
    workspaceId,
    async editors(count) {
      const people = await Promise.all(Array.from({ length: count }, createPerson));
      for (const { id } of people) await addMember(id, "editor");
      return people;
    },
    library: () =>
      (library ??= (async () => {
        const seeded = await seedDocuments(sql, workspaceId, owner.id);
        await prepareSearchIndex(sql);
        return seeded;
      })()),
    anotherServer: () => startChild("serve.ts", environment),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
