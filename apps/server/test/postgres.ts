import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Finds the main process of the embedded PostgreSQL in a data folder. */
export async function findPostmaster(dataDir: string): Promise<number> {
  const file = await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8");
  return Number(file.split("\n")[0]);
}

/** Finds that process and its children. Linux only. */
export async function findProcesses(dataDir: string): Promise<number[]> {
  const postmaster = await findPostmaster(dataDir);
  const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(
    all.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    }),
  );
  return [postmaster, ...all.filter((_, index) => parents[index] === postmaster)];
}
