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

/** Where the superuser's password lies, inside the cluster, which only its owner may enter. */
const passwordFile = "mdreader.password";

/**
 * Makes a cluster at `path`, unless there is one. It is made beside and moved there whole: an attempt that is killed
 * leaves nothing half-made, and of two at once one wins.
 * @param durable Whether to wait until the disk has it; a cluster for tests need not.
 * @returns The superuser's password.
 * @throws Error where something else is at `path`, or a cluster that is not ours to use.
 */
export async function initializeCluster(
  path: string,
  programs: PostgresCommands,
  durable: boolean,
): Promise<string> {
  if (!(await isCluster(path))) await createCluster(path, programs, durable);
  await checkOwner(path, programs);
  await checkVersion(path);
  await removeDrafts(path);
  return readFile(join(path, passwordFile), "utf8");
}

async function isCluster(path: string): Promise<boolean> {
  const entries = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    // The cluster of another user can't be looked into; `checkOwner` says so.
    if (error.code === "EACCES") return [passwordFile];
    throw error;
  });
  if (entries.length === 0 || entries.includes(passwordFile)) return entries.length > 0;
  throw new Error(`${path} is not a database of MDReader. Move it away, or set DATA_DIR to another folder.`);
}

async function createCluster(path: string, programs: PostgresCommands, durable: boolean): Promise<void> {
  const draft = await mkdtemp(`${path}.new-`);
  try {
    const cluster = join(draft, "cluster");
    const secret = join(draft, "password");
    await mkdir(cluster, { mode: 0o700 });
    await writeFile(secret, randomBytes(24).toString("base64url"), { mode: 0o600, flush: durable });
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
        // The same order of text on every machine, whatever its C library.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        ...locale,
        ...(durable ? [] : ["--no-sync"]),
      ]);
    // By its character types, the C library tells the substring index which characters beyond ASCII are letters. Where it
    // knows none, such substrings are found all the same, only slowly. What a failed attempt has made, initdb removes.
    await initdb("--lc-ctype=C.UTF-8").catch(() => initdb());
    await rename(secret, join(cluster, passwordFile));
    await rename(cluster, path).catch(async (error: unknown) => {
      if (!(await isCluster(path))) throw error; // else another process was faster
    });
    if (durable) for (const folder of [path, dirname(path)]) await flushFolder(folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Makes the names in a folder survive a power cut. Windows can't, and needn't. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** PostgreSQL opens a cluster for its owner alone. */
async function checkOwner(path: string, { account }: PostgresCommands): Promise<void> {
  const owner = await readOwner(path);
  const needed = account?.uid ?? process.getuid?.();
  if (owner === null || needed === undefined || owner.uid === needed) return;
  if (account === null) {
    throw new Error(
      `The database in ${path} belongs to another user (${owner.uid}). Start MDReader as that user, or as root, ` +
        "or make it yours with `chown -R`.",
    );
  }
  // We are root, and so is the owner: it was copied here, from a backup say.
  await run("chown", ["-R", `${account.uid}:${account.gid}`, path]);
}

async function checkVersion(path: string): Promise<void> {
  const version = (await readFile(join(path, "PG_VERSION"), "utf8")).trim();
  if (version === embeddedVersion) return;
  throw new Error(
    `The data in ${path} was written by PostgreSQL ${version}; this MDReader brings ${embeddedVersion}. ` +
      "Move it over with pg_dump and pg_restore, as docs/operations.md says.",
  );
}

/** An attempt takes seconds: one that is this old, in milliseconds, was killed. */
const abandonedAfterMs = 10 * 60_000;

/** Removes what killed attempts left beside the cluster. */
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
