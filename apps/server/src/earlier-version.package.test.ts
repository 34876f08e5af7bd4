import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { createTestDatabase, type TestDatabase } from "@mdreader/db/testing";
import { createConsumerProject, type Project } from "@mdreader/packaging/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { checkOutVersion, earliestVersion, findCheckoutProblem } from "../test/earlier-version.ts";
import { startProcess } from "../test/process.ts";
import { createTemporaryFolder } from "../test/serve.ts";
import { gatherPeople } from "../test/torture/people.ts";
import {
  waitUntilEqual,
  waitForNewWords,
  assertWords,
  openWriter,
  readText,
  typeOn,
} from "../test/torture/writers.ts";

const problem = findCheckoutProblem(earliestVersion);
if (problem !== null) console.log(`Tests with an earlier version are skipped: ${problem}.`);

/** Without Redis, servers see each other's edits by polling. */
const redisUrl = process.env["TEST_REDIS_URL"];

/** Something that exists in the earliest supported version and in the current one. */
type PerVersion<T> = Record<"earlier" | "current", T>;

describe.skipIf(problem !== null)("the earliest supported version and the current one", () => {
  const made = new AsyncDisposableStack();
  let database: TestDatabase;
  /** The addresses of two servers on one database, which has the current schema. */
  let urls: PerVersion<string>;
  /** Projects that have installed a packed client. */
  let projects: PerVersion<Project>;

  beforeAll(async () => {
    const folder = await createTemporaryFolder(made);
    const version = made.use(await checkOutVersion(earliestVersion, join(folder, "earlier")));
    projects = {
      earlier: made.use(await createProject({ "@mdreader/client": `file:${await version.packClient()}` })),
      current: made.use(await createProject({})),
    };

    database = made.use(await createTestDatabase());
    const environment = {
      DATA_DIR: join(folder, "data"),
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl ?? "redis://127.0.0.1:1",
      JWT_SECRET: "the same secret for both of the servers",
      LOG_LEVEL: "silent",
    };
    const start = async (entry?: string) => {
      const { child, ended, running } = startProcess(environment, [], entry);
      made.defer(async () => {
        child.kill();
        await ended;
      });
      return running;
    };
    urls = { current: await start(), earlier: await start(version.serverEntry) };
  }, 600_000);
  afterAll(() => made.disposeAsync());

  test("an earlier client works with the current server", async () => {
    expect(await projects.earlier.run("program.ts", urls.current)).toBe("done\n");
  });

  test("the current client works with an earlier server", async () => {
    expect(await projects.current.run("program.ts", urls.earlier)).toBe("done\n");
  });

  test("calls that one side does not know yet fail with the side that is too old", async () => {
    const call = async (client: Project, url: string): Promise<unknown> =>
      JSON.parse(await client.run("unknown-calls.js", url));
    expect(await call(projects.earlier, urls.current)).toEqual({
      reasons: ["CLIENT_TOO_OLD", "CLIENT_TOO_OLD"],
      mismatches: [{ older: "client" }],
    });
    expect(await call(projects.current, urls.earlier)).toEqual({
      reasons: ["SERVER_TOO_OLD", "SERVER_TOO_OLD"],
      mismatches: [{ older: "server" }],
    });
  });

  test("people who write in one document on both servers lose nothing", async () => {
    await using opened = new AsyncDisposableStack();
    const urlOf = (window: number) => (window % 2 === 0 ? urls.current : urls.earlier);
    const people = opened.use(await gatherPeople(urls.current, 4, urlOf));
    const { clients, documentId } = people;
    const start = { id: documentId, content: "# Saved by\n\n\n", overwrite: true };
    await clients[0]?.document.update.mutate(start);
    const writers = await Promise.all(clients.map((client) => openWriter(client, documentId)));
    for (const { live } of writers) opened.defer(() => live.close());

    if (redisUrl !== undefined) {
      for (const { live } of writers) await expect.poll(() => live.awareness.getStates().size).toBe(4);
    }
    const typing = new AbortController();
    const done = Promise.all(writers.map((writer, n) => typeOn(writer, n, typing.signal)));
    // Meanwhile, programs save whole texts through both servers. They change a line in which nobody types.
    for (const [n, client] of clients.entries()) {
      await waitForNewWords(writers);
      const { content, version } = await client.document.get.query({ id: documentId });
      const text = content.replace(/^#.*/, (heading) => `${heading} ${n}`);
      await client.document.applyText.mutate({ id: documentId, baseVersion: version, text });
    }
    await waitForNewWords(writers);
    typing.abort();
    await done;
    await Promise.all(writers.map(({ live }) => live.whenSaved()));

    await waitUntilEqual(writers, clients[0], documentId);
    const words = writers.flatMap(({ typed }) => typed);
    for (const client of clients) {
      const text = await readText(client, documentId);
      expect(text).toMatch(/^# Saved by 0 1 2 3\n/);
      assertWords(text, words, "at the end");
    }
    const [log] = await database.database.sql`
      select count(*)::int as entries, max(l.seq) as last, max(d.version) as version
      from document_log l join documents d on d.id = l.document_id where d.id = ${documentId}`;
    expect(log?.["entries"]).toBeGreaterThan(writers.length);
    expect([log?.["entries"], log?.["last"]]).toEqual([log?.["version"], log?.["version"]]);
  });
});

/** Creates a project with a client: the given one, or the current one. */
async function createProject(client: Record<string, string>): Promise<Project> {
  const isCurrent = Object.keys(client).length === 0;
  const project = await createConsumerProject({
    packages: isCurrent ? ["@mdreader/client"] : [],
    dependencies: { yjs: null, "y-protocols": null, "@trpc/client": null, "@trpc/server": null, ...client },
  });
  await project.write(
    "program.ts",
    await readFile(join(import.meta.dirname, "../test/client-program.ts"), "utf8"),
  );
  await project.write("unknown-calls.js", unknownCalls);
  return project;
}

/** A program that calls a procedure, and sends a field, that no version knows. */
const unknownCalls = `
import { createClient, reasonOf } from "@mdreader/client";

const mismatches = [];
const client = createClient({
  url: process.argv[2],
  onVersionMismatch: (mismatch) => mismatches.push(mismatch),
});
const username = "user-" + crypto.randomUUID().slice(0, 8);
const password = "correct horse battery staple";
await client.auth.register.mutate({ email: username + "@example.test", username, password });
const calls = [client.document.sing.query(), client.workspace.create.mutate({ name: "Handbook", color: "red" })];
const reasons = await Promise.all(calls.map((call) => call.then(() => null, reasonOf)));
await client.close();
console.log(JSON.stringify({ reasons, mismatches }));
`;
