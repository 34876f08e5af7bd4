import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Microseconds per clock tick of `/proc`. */
const tickMicroseconds = 10_000;

/**
 * Returns the processor time in microseconds that an embedded PostgreSQL has used so far: its running processes, and those
 * that have ended. NaN without `/proc`.
 */
export async function readPostgresCpu(dataDir: string): Promise<number> {
  const lock = await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8");
  const postmaster = Number.parseInt(lock, 10);
  const names = await readdir("/proc").catch(() => []);
  const processes = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readTicks));
  const own = processes.find((one) => one?.pid === postmaster);
  if (own === undefined || own === null) return Number.NaN;
  const running = processes.map((one) => (one?.parent === postmaster ? one.ticks : 0));
  return (own.ticks + own.endedTicks + running.reduce((sum, ticks) => sum + ticks, 0)) * tickMicroseconds;
}

/** Reads a process's clock ticks, and those of its ended children. Null if it has ended. */
async function readTicks(name: string) {
  const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => null);
  if (stat === null) return null;
  // The command in parentheses may contain spaces.
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
  return { pid: Number(name), parent, ticks: user + system, endedTicks: endedUser + endedSystem };
}
