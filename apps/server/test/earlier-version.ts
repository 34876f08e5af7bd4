import { execFile, execFileSync } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const execute = promisify(execFile);

/**
 * The earliest version whose clients and servers work with today's, also on one database: the last one before the migration
 * that `compatible-migrations.test.ts` names as the first compatible one. A release that ends this support names the release
 * before it.
 */
export const earliestVersion = "9ad3617322ec14b70f2ce6a11e7a4ad8836341da";

/** Why a commit can't be checked out, or null if it can. */
export function findCheckoutProblem(commit: string): string | null {
  try {
    execFileSync("git", ["cat-file", "-e", `${commit}^{commit}`], { cwd: repository, stdio: "pipe" });
    return null;
  } catch (error) {
    return `commit ${commit} is not in the history of this checkout, which may be shallow (${String(error)})`;
  }
}

/** An earlier version of this repository, with its dependencies. */
export interface EarlierVersion extends AsyncDisposable {
  /** The entry file of its server. */
  serverEntry: string;
  /** Packs its client as it would be published. @returns The path of the tarball. */
  packClient(): Promise<string>;
}

/**
 * Writes the files of a commit to a new folder, and installs the dependencies of that commit. The repository stays as it is, also
 * if the process is killed.
 */
export async function checkOutVersion(commit: string, folder: string): Promise<EarlierVersion> {
  const run = (command: string, args: string[], cwd: string) => execute(command, args, { cwd });
  const runPnpm = (args: string[], cwd: string) => run("npx", ["-y", "pnpm@12", ...args], cwd);
  await mkdir(folder, { recursive: true });
  const archive = join(folder, "sources.tar");
  await run("git", ["archive", "--output", archive, commit], repository);
  await run("tar", ["-xf", archive], folder);
  await rm(archive);
  await runPnpm(["install", "--frozen-lockfile", "--prefer-offline"], folder);
  return {
    serverEntry: join(folder, "apps/server/src/main.ts"),
    async packClient() {
      const packed = join(folder, "packed");
      await runPnpm(["pack", "--pack-destination", packed], join(folder, "packages/client"));
      const [name] = await readdir(packed);
      if (name === undefined) throw new Error("the client was not packed");
      return join(packed, name);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
