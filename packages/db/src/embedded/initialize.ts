import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

import { type Account, commandFor } from "./account.ts";
import type { Binaries } from "./binaries.ts";

const run = promisify(execFile);

/** The superuser of an embedded cluster. */
export const superuser = "mdreader";

/** Where the superuser's password lies, inside the cluster, which only its owner may enter. */
export const passwordFile = "mdreader.password";

/**
 * Makes a cluster at `path`, unless there is one. It is made beside and moved there whole: an attempt that is killed
 * leaves nothing half-made, and of two at once one wins.
 */
export async function initialize(path: string, binaries: Binaries, account: Account | null): Promise<void> {
  if (existsSync(path)) return;
  const draft = await mkdtemp(`${path}.new-`);
  try {
    const cluster = join(draft, "cluster");
    const secret = join(draft, "password");
    const password = randomBytes(24).toString("base64url");
    await mkdir(cluster, { mode: 0o700 });
    await writeFile(secret, password, { mode: 0o600 });
    if (account !== null) {
      for (const entry of [draft, cluster, secret]) await chown(entry, account.uid, account.gid);
    }
    const { file, args, options } = commandFor(
      account,
      binaries.initdb,
      [
        ...["--pgdata", cluster, "--username", superuser, "--pwfile", secret],
        ...["--auth", "scram-sha-256", "--encoding", "UTF8"],
        // The same order of text on every machine, whatever its C library.
        ...["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"],
      ],
      [binaries.initdb, cluster],
    );
    await run(file, args, { ...options, env: programEnvironment() });
    await rename(secret, join(cluster, passwordFile));
    await rename(cluster, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** An attempt takes seconds: one that is this old, in milliseconds, was killed. */
const abandonedAfter = 10 * 60_000;

/** Removes what killed attempts left beside the cluster. */
export async function removeDrafts(path: string): Promise<void> {
  const dataDir = dirname(path);
  for (const entry of await readdir(dataDir)) {
    if (!entry.startsWith(`${basename(path)}.new-`)) continue;
    const draft = join(dataDir, entry);
    const age = await stat(draft).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > abandonedAfter) await rm(draft, { recursive: true, force: true });
  }
}

/** PostgreSQL's programs read settings from the environment; they get none of ours. */
export function programEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PG")));
}
