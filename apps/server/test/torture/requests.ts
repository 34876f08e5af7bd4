import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

import type { Environment } from "../../src/config.ts";
import { type ServerProcess, startProcess } from "../process.ts";
import { createAttacker, type HostileRequest } from "./hostile/attacker.ts";
import { documents } from "./hostile/documents.ts";
import { files } from "./hostile/files.ts";
import { strangers } from "./hostile/strangers.ts";
import { updates } from "./hostile/updates.ts";

/** The effect of a hostile request on a server. */
export interface RequestOutcome {
  name: string;
  /** Each response and its count. */
  answers: string;
  /** The longest block of the event loop during the request. */
  maxDelayMs: number;
  /** The largest growth of the process. */
  growthMb: number;
}

export interface RequestsReport {
  outcomes: RequestOutcome[];
  /** Whether the server was still running afterwards. */
  isAlive: boolean;
  /** The errors that it logged. */
  errors: string;
}

/** All known hostile requests. */
export const hostileRequests = { strangers, files, documents, updates };

/** Sends requests to a real server one after another, and measures their effect. */
export async function sendHostileRequests(
  environment: Environment,
  sent: readonly HostileRequest[],
  note: (outcome: RequestOutcome) => void = () => {},
): Promise<RequestsReport> {
  // A proxy header lets requests come from several networks.
  const server = startProcess({ ...environment, LOG_LEVEL: "error", TRUST_PROXY: "1" }, [
    "--import",
    reporter,
  ]);
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(async () => {
    server.child.kill("SIGTERM");
    await server.ended;
  });
  const url = await server.running;
  const delays = createDelayReader(server);
  const outcomes: RequestOutcome[] = [];
  for (const { name, prepare } of sent) {
    const act = await prepare(await createAttacker(url));
    const { result, maxDelayMs, growthMb } = await measureEffect(delays, server.child.pid, act);
    const outcome = { name, answers: summarize(result), maxDelayMs, growthMb };
    outcomes.push(outcome);
    note(outcome);
  }
  const isAlive = server.child.exitCode === null && (await fetch(`${url}/health/live`)).ok;
  return { outcomes, isAlive, errors: server.logged };
}

async function measureEffect<T>(
  readDelay: () => Promise<number>,
  pid: number | undefined,
  act: () => Promise<T>,
) {
  await readDelay();
  const before = await readMemory(pid);
  let peak = before;
  const timer = setInterval(() => void readMemory(pid).then((now) => (peak = Math.max(peak, now))), 25);
  const result = await act().finally(() => clearInterval(timer));
  const maxDelayMs = Math.round(await readDelay());
  return { result, maxDelayMs, growthMb: Math.round(peak - before) };
}

const reporter = new URL("report-delays.ts", import.meta.url).href;

/** Returns a function that reads the longest delay of the server's event loop since the last call, in milliseconds. */
function createDelayReader(server: ServerProcess): () => Promise<number> {
  let reports = 0;
  return async () => {
    reports += 1;
    server.child.kill("SIGUSR2");
    const report = new RegExp(`^delay ${reports}: (.+) ms$`, "m");
    for (;;) {
      const ms = report.exec(server.output)?.[1];
      if (ms !== undefined) return Number(ms);
      await delay(5);
    }
  };
}

/** The memory of a process, in megabytes. */
async function readMemory(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

function summarize(answers: readonly string[]): string {
  const counts = Map.groupBy(answers, (answer) => answer);
  return [...counts]
    .map(([answer, all]) => (all.length === 1 ? answer : `${all.length} × ${answer}`))
    .join(", ");
}

/** Formats the outcomes as a Markdown table. */
export function formatTable(outcomes: readonly RequestOutcome[]): string {
  const rows = outcomes.map(
    ({ name, answers, maxDelayMs, growthMb }) =>
      `| ${name} | ${answers} | ${maxDelayMs} ms | ${growthMb} MB |`,
  );
  return ["| request | responses | longest delay | memory |", "|---|---|---|---|", ...rows].join("\n");
}
