import { createHash } from "node:crypto";

import { afterAll, expect, test } from "vitest";

import { type Api, createPlainClient, register } from "../test/calls.ts";
import { type ServerProcess, startProcess } from "../test/process.ts";
import { createServerDatabase, createTemporaryFolder } from "../test/serve.ts";

const made = new AsyncDisposableStack();
afterAll(() => made.disposeAsync());

/** SAVES sets the number of saves. The default keeps the suite fast. */
const saves = Number(process.env["SAVES"] ?? 160);
const kills = 2;
const writers = 8;

/** Repeatedly saves one writer's line of the document, across restarts of the server. */
async function keepSaving(
  writer: number,
  api: () => Api,
  id: string,
  done: { count: number },
): Promise<string> {
  let { content, version } = await retryWhileUnavailable(() => api().document.get.query({ id }));
  let line = `writer ${writer}`;
  for (let n = 0; n < saves / writers; n += 1) {
    const next = `writer ${writer} saved ${n}`;
    const write = {
      id,
      baseVersion: version,
      text: content.replace(`${line}\n`, `${next}\n`),
      idempotencyKey: `writer ${writer}, save ${n}`,
    };
    const saved = await retryWhileUnavailable(() => api().document.applyText.mutate(write));
    if (saved.content === null) throw new Error("the writer may not read");
    ({ content, version } = { ...saved, content: saved.content });
    line = next;
    done.count += 1;
  }
  return line;
}

/** Retries while the server is down. */
async function retryWhileUnavailable<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt === 600) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

test("many saves with crashes in between create versions 1..n without gaps, each complete", async () => {
  await using database = await createServerDatabase();
  const environment = { DATA_DIR: await createTemporaryFolder(made), DATABASE_URL: database.url };
  let server: ServerProcess = startProcess(environment);
  let url = await server.running;
  const { accessToken, api: first } = await register({ url });
  let api = first;
  const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
  const content = Array.from({ length: writers }, (_, writer) => `writer ${writer}\n\n`).join("");
  const { id } = await api.document.create.mutate({ workspaceId, title: "Saved", content });

  const done = { count: 0 };
  const writing = Promise.all(Array.from({ length: writers }, (_, n) => keepSaving(n, () => api, id, done)));
  for (let kill = 1; kill <= kills; kill += 1) {
    await expect.poll(() => done.count, { timeout: 120_000 }).toBeGreaterThan((saves * kill) / (kills + 1));
    server.child.kill("SIGKILL");
    await server.ended;
    server = startProcess(environment);
    url = await server.running;
    api = createPlainClient({ url }, accessToken);
  }
  const lines = await writing;

  const now = await api.document.get.query({ id });
  for (const line of lines) expect(now.content).toContain(`${line}\n`);
  let expected = saves + 1;
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await api.document.version.list.query({ id, limit: 100, cursor });
    const texts = await Promise.all(
      page.items.map(({ number }) => api.document.version.get.query({ id, number })),
    );
    for (const { number, hash, content: text } of texts) {
      expect(number).toBe(expected);
      expect(createHash("sha256").update(text).digest("hex")).toBe(hash);
      if (number === saves + 1) expect(text).toBe(now.content);
      expected -= 1;
    }
    cursor = page.nextCursor;
  }
  expect(expected).toBe(0);
  server.child.kill("SIGTERM");
  await server.ended;
}, 300_000);
