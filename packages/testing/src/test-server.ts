import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";

import { createUser, type TestUser, type UserOptions } from "./test-user.ts";

export interface TestServerOptions {
  /** Settings of the server, such as `REGISTRATION`, which override the defaults of tests. */
  settings?: Readonly<Record<string, string>>;
}

/** A server in a process of its own, with an empty database. */
export interface TestServer extends AsyncDisposable {
  /** Its address, for `createClient({ url })`. */
  url: string;
  /** Registers a user, who is signed in. */
  createUser(options?: UserOptions): Promise<TestUser>;
  /** Kills the server without warning, like a power failure. Its database is removed by the next test server. */
  kill(): Promise<void>;
  /** Closes the clients of its users, stops the server, and removes its data. Repeated calls return the same promise. */
  close(): Promise<void>;
}

/**
 * Starts a server for a test: `await using server = await startTestServer()`. It ends with this process at the latest.
 * Attempts to sign in are practically unlimited, and passwords are hashed quickly.
 *
 * @throws Error with the message of the server, such as for an invalid setting.
 */
export async function startTestServer({ settings = {} }: TestServerOptions = {}): Promise<TestServer> {
  const program = createRequire(import.meta.url).resolve("@mdreader/server/test-server");
  // Options of this process, such as those of a test runner, are not for the server.
  const child = fork(program, [JSON.stringify(settings)], {
    execArgv: [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const ended = once(child, "exit");
  const url = await readUrl(child);
  const users: TestUser[] = [];

  async function close(): Promise<void> {
    await Promise.all(users.map(({ client }) => client.close()));
    if (child.connected) child.disconnect();
    await ended;
  }
  let closed: Promise<void> | null = null;
  const closeOnce = () => (closed ??= close());
  return {
    url,
    async createUser(options) {
      const user = await createUser(url, options);
      users.push(user);
      return user;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

function readUrl(child: ChildProcess): Promise<string> {
  let output = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.once("message", ({ url }: { url: string }) => resolve(url)); // what the server sends
    child.once("close", () => reject(new Error(`The server could not start. ${output}`)));
  });
}
