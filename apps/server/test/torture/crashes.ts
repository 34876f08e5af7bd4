import type { Environment } from "../../src/config.ts";
import { BlockedWebSocket } from "../blocked-web-socket.ts";
import { findFreePort, type ServerProcess, startProcess } from "../process.ts";
import { gatherPeople } from "./people.ts";
import { waitUntilEqual, waitForNewWords, assertWords, openWriter, readText, typeOn } from "./writers.ts";

export interface CrashOptions {
  clients: number;
  kills: number;
  /** The signal that ends the server. */
  signal: "SIGKILL" | "SIGTERM";
  /** The settings of each start. */
  environment: Environment;
  /** Whether WebSockets are blocked, so that all windows use HTTP. */
  isOverHttp?: boolean;
  note?: (line: string) => void;
}

/** The number of edits at risk. */
export interface CrashReport {
  kills: number;
  /** All edits, and those that were acknowledged at the time of a kill. */
  edits: number;
  acknowledgedBeforeKills: number;
}

/**
 * Repeatedly ends the server while users type. After each start, all acknowledged edits must exist. In the end, all windows and
 * the server must have the same text, with every word once.
 * @throws Error that lists the lost edits.
 */
export async function stressCrashes(options: CrashOptions): Promise<CrashReport> {
  const { clients, kills, signal, note = () => {} } = options;
  const port = await findFreePort();
  const environment = { ...options.environment, APP_PORT: String(port) };
  let server = startProcess(environment);
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => stopServer(server, "SIGTERM"));
  const url = await server.running;
  const people = cleanup.use(
    await gatherPeople(
      url,
      clients,
      undefined,
      options.isOverHttp === true ? { WebSocket: BlockedWebSocket } : {},
    ),
  );
  const writers = await Promise.all(people.clients.map((client) => openWriter(client, people.documentId)));
  for (const { live } of writers) cleanup.defer(() => live.close());

  const typing = new AbortController();
  const done = Promise.all(writers.map((writer, n) => typeOn(writer, n, typing.signal)));
  let acknowledgedBeforeKills = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    await waitForNewWords(writers);
    await stopServer(server, signal);
    const acknowledged = writers.flatMap((writer) => [...writer.acknowledged]);
    acknowledgedBeforeKills = acknowledged.length;
    server = startProcess(environment);
    await server.running;
    const content = await readText(people.clients[0], people.documentId);
    assertWords(content, acknowledged, `after kill ${kill}`);
    note(`kill ${kill}: ${acknowledged.length} words were acknowledged, and all of them exist`);
  }
  await waitForNewWords(writers);
  typing.abort();
  await done;
  await Promise.all(writers.map(({ live }) => live.whenSaved()));

  const typed = writers.flatMap((writer) => writer.typed);
  await waitUntilEqual(writers, people.clients[0], people.documentId);
  assertWords(await readText(people.clients[0], people.documentId), typed, "at the end");
  return { kills, edits: typed.length, acknowledgedBeforeKills };
}

async function stopServer(
  { child, ended, output }: ServerProcess,
  signal: "SIGKILL" | "SIGTERM",
): Promise<void> {
  child.kill(signal);
  const code = await ended;
  if (signal === "SIGTERM" && code !== 0) throw new Error(`the server ended with ${code}: ${output}`);
}
