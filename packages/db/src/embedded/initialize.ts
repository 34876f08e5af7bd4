import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chown,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

import { embeddedVersion } from "./binaries.ts";
import { readOwner, type PostgresCommands } from "./postgres-commands.ts";

const run = promisify(execFile);

/** The superuser of an embedded cluster. */
export const superuser = "mdreader";

/** The file with the superuser's password, inside the cluster, which only its owner can read. */
const passwordFile = "mdreader.password";

/**
 * Creates a cluster at `path`, unless there is one. It is created in a temporary folder and then moved, so that a
 * killed attempt leaves no partial cluster, and one of several concurrent attempts wins.
 * @param options `isDurable` says whether to flush to disk. Clusters for tests need not.
 * @returns The superuser's password.
 * @throws Error if `path` holds something else, or a cluster that this user can't use.
 */
export async function initializeCluster(
  path: string,
  programs: PostgresCommands,
  { isDurable }: { isDurable: boolean },
): Promise<string> {
  if (!(await isCluster(path))) await createCluster(path, programs, { isDurable });
  await checkOwner(path, programs);
  await checkVersion(path);
  await removeDrafts(path);
  return readFile(join(path, passwordFile), "utf8");
}

async function isCluster(path: string): Promise<boolean> {
  const entries = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    // The cluster belongs to another user. `checkOwner` reports that.
    if (error.code === "EACCES") return [passwordFile];
    throw error;
  });
  if (entries.length === 0 || entries.includes(passwordFile)) return entries.length > 0;
  throw new Error(`${path} isn't an MDReader database. Move it away, or set DATA_DIR to another folder.`);
}

async function createCluster(
  path: string,
  programs: PostgresCommands,
  { isDurable }: { isDurable: boolean },
): Promise<void> {
  const draft = await mkdtemp(`${path}.new-`);
  try {
    const cluster = join(draft, "cluster");
    const secret = join(draft, "password");
    await mkdir(cluster, { mode: 0o700 });
    await writeFile(secret, randomBytes(24).toString("base64url"), { mode: 0o600, flush: isDurable });
    if (programs.account !== null) {
      const { uid, gid } = programs.account;
      for (const entry of [draft, cluster, secret]) await chown(entry, uid, gid);
    }
    const initdb = (...locale: string[]) =>
      programs.run("initdb", [
        `--pgdata=${cluster}`,
        `--username=${superuser}`,
        `--pwfile=${secret}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        // The same sort order on every machine, independent of its C library.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        ...locale,
        ...(isDurable ? [] : ["--no-sync"]),
      ]);
    // The C library's character types tell the substring index which non-ASCII characters are letters. If it knows
    // none, such substrings are still found, but slowly. initdb removes the files of a failed attempt.
    await initdb("--lc-ctype=C.UTF-8").catch(() => initdb());
    await rename(secret, join(cluster, passwordFile));
    await rename(cluster, path).catch(async (error: unknown) => {
      if (!(await isCluster(path))) throw error; // otherwise another process was faster
    });
    if (isDurable) for (const folder of [path, dirname(path)]) await flushFolder(folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Makes the names in a folder survive a power failure. On Windows this is neither possible nor necessary. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** PostgreSQL opens a cluster only for its owner. */
async function checkOwner(path: string, { account }: PostgresCommands): Promise<void> {
  const owner = await readOwner(path);
  const expectedUid = account?.uid ?? process.getuid?.();
  if (owner === null || expectedUid === undefined || owner.uid === expectedUid) return;
  if (account === null) {
    throw new Error(
      `The database in ${path} belongs to another user (${owner.uid}). Start MDReader as that user, or as root, ` +
        "or change the owner with `chown -R`.",
    );
  }
  // We are root, and root owns the cluster: it was copied here, for example from a backup.
  await run("chown", ["-R", `${account.uid}:${account.gid}`, path]);
}

async function checkVersion(path: string): Promise<void> {
  const version = (await readFile(join(path, "PG_VERSION"), "utf8")).trim();
  if (version === embeddedVersion) return;
  throw new Error(
    `The data in ${path} was written by PostgreSQL ${version}; this MDReader includes ${embeddedVersion}. ` +
      "Move it with a backup of the earlier MDReader, as described in docs/operations.md.",
  );
}

/** Age in milliseconds after which an unfinished attempt counts as killed. Attempts take seconds. */
const abandonedAfterMs = 10 * 60_000;

/** Removes leftovers of killed attempts beside the cluster. */
async function removeDrafts(path: string): Promise<void> {
  const dataDir = dirname(path);
  for (const entry of await readdir(dataDir)) {
    if (!entry.startsWith(`${basename(path)}.new-`)) continue;
    const draft = join(dataDir, entry);
    const age = await stat(draft).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > abandonedAfterMs) await rm(draft, { recursive: true, force: true });
  }
}
