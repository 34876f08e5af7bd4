import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createPlainClient, password, register } from "../test/calls.ts";
import { findFreePort, runScript, startProcess } from "../test/process.ts";
import { createServerDatabase, createTemporaryFolder } from "../test/serve.ts";

const made = new AsyncDisposableStack();
let folder: string;
beforeAll(async () => {
  folder = await createTemporaryFolder(made);
});
afterAll(() => made.disposeAsync());

/** Returns the output and exit code of a failed start. */
async function failToStart(environment: Record<string, string>) {
  const server = startProcess({ DATA_DIR: folder, ...environment });
  return { code: await server.ended, said: server.output.trim() };
}

describe("a failed start", () => {
  test("names a port that is in use, and touches nothing else", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const { code, said } = await failToStart({ APP_PORT: String(port) });
    expect(code).toBe(1);
    expect(said).toMatch(
      new RegExp(`^Port ${port} on 127.0.0.1 is in use .* set APP_PORT to a free port\\.$`),
    );
    taken.close();
  });

  test("names invalid settings", async () => {
    const { code, said } = await failToStart({ APP_PORT: "seven", ACCESS_TOKEN_TTL: "60" });
    expect(code).toBe(1);
    expect(said).toMatch(/APP_PORT: .*\n.*ACCESS_TOKEN_TTL: .*\n.*\.env/);
    expect(said).not.toContain("    at ");
  });

  test("names the address of an unreachable database, without the password", async () => {
    const port = await findFreePort();
    const { code, said } = await failToStart({
      DATABASE_URL: `postgres://me:hunter2@127.0.0.1:${port}/notes`,
    });
    expect(code).toBe(1);
    expect(said.split("\n")).toHaveLength(2);
    expect(said).toContain(`127.0.0.1:${port}/notes can't be reached`);
    expect(said).toContain("DATABASE_URL");
    expect(said).not.toContain("hunter2");
  });

  test("names an address that is not this machine's, and the setting to change", async () => {
    const { code, said } = await failToStart({ APP_HOST: "192.0.2.1" });
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(/^APP_HOST 192\.0\.2\.1 isn't an address of this machine/),
    ]);
  });
});

describe("a server", () => {
  test("prints each step of its start, its address and the setup link, and exits with 0 on one or more signals", async () => {
    await using database = await createServerDatabase();
    for (const signals of [["SIGTERM"], ["SIGINT", "SIGINT", "SIGTERM"]] as const) {
      const server = startProcess({ DATA_DIR: folder, DATABASE_URL: database.url, LOG_LEVEL: "debug" });
      const url = await server.running;
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      for (const signal of signals) server.child.kill(signal);
      expect(await server.ended).toBe(0);
      const lines = server.output.split("\n");
      expect(lines.slice(0, 3)).toEqual([
        "Connecting to PostgreSQL…",
        "Preparing the database…",
        `MDReader is running at ${url}`,
      ]);
      expect(lines[3]).toMatch(new RegExp(`^Create the administrator: ${url}/setup#token=[\\w-]{43}$`));
      expect(lines.slice(4)).toEqual([""]);
      const { port } = new URL(url);
      const environment = { DATA_DIR: folder, DATABASE_URL: database.url, APP_PORT: port };
      expect(await runScript("admin", environment, "link")).toMatch(
        new RegExp(`^${url}/setup#token=[\\w-]{43}\n$`),
      );
      expect(server.logged).not.toContain("#token=");
      expect(server.logged).toContain('"path":"/health/ready"');
    }
  });

  test("keeps running when its messages are no longer read", async () => {
    await using database = await createServerDatabase();
    const port = String(await findFreePort());
    const server = startProcess({ DATA_DIR: folder, DATABASE_URL: database.url, APP_PORT: port });
    server.child.stderr?.destroy();
    const readStatus = () =>
      fetch(`http://127.0.0.1:${port}/health/ready`).then(
        ({ status }) => status,
        () => null,
      );
    await expect.poll(readStatus).toBe(200);
    server.child.kill("SIGTERM");
    expect(await server.ended).toBe(0);
  });

  test("stops on a signal during the start", async () => {
    await using database = await createServerDatabase();
    const server = startProcess({ DATA_DIR: folder, DATABASE_URL: database.url });
    await delay(700);
    server.child.kill("SIGTERM");
    const code = await server.ended;
    // Before the handler is installed, the signal itself ends the process.
    expect([0, null]).toContain(code);
  });

  test("restarts with the embedded database after kill -9 with all acknowledged data", async () => {
    const environment = { DATA_DIR: join(folder, "embedded"), APP_PORT: String(await findFreePort()) };
    const first = startProcess(environment);
    const { email, api } = await register({ url: await first.running });
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const ids: string[] = [];
    const writing = (async () => {
      for (let n = 1; ; n += 1) {
        const { id } = await api.document.create.mutate({
          workspaceId,
          title: `Document ${n}`,
          content: `# ${n}\n`,
        });
        ids.push(id);
      }
    })().catch(() => {});
    await expect.poll(() => ids.length).toBeGreaterThan(20);
    first.child.kill("SIGKILL");
    await Promise.all([writing, first.ended]);

    const second = startProcess(environment);
    const url = await second.running;
    const { accessToken } = await createPlainClient({ url }).auth.login.mutate({ email, password });
    const again = createPlainClient({ url }, accessToken);
    for (const [index, id] of ids.entries()) {
      expect(await again.document.get.query({ id })).toMatchObject({ content: `# ${index + 1}\n` });
    }
    second.child.kill("SIGTERM");
    expect(await second.ended).toBe(0);
  });
});
