import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";

import type { Binaries } from "./binaries.ts";

const run = promisify(execFile);

/** A user by number, as `spawn` takes it. */
export interface SystemAccount {
  uid: number;
  gid: number;
}

/** How to start a program: as `spawn` takes it. */
export interface Command {
  file: string;
  args: string[];
  options: { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number };
}

/** PostgreSQL's programs, and how they are to be started here. */
export interface PostgresCommands {
  /** Whom the cluster belongs to, where that is not us. */
  account: SystemAccount | null;
  command(program: keyof Binaries, args: string[]): Command;
  /** Runs a program to its end. @throws with what it said. */
  run(program: keyof Binaries, args: string[]): Promise<void>;
}

/** What turns a command line into one that runs as another user. */
type UserSwitch = (command: Command) => Command;

/**
 * Finds out how to start PostgreSQL's programs on a cluster in `dataDir`.
 *
 * PostgreSQL refuses to run as root. Where we are root, it runs as an unprivileged user, whom the cluster belongs to:
 * `owner`, if there is a cluster already. The ways to become that user are tried out, not guessed at.
 */
export async function findPostgresCommands(
  binaries: Binaries,
  dataDir: string,
  owner: SystemAccount | null,
): Promise<PostgresCommands> {
  if (process.getuid?.() !== 0) return createCommands(null, binaries, (command) => command);
  const account = owner !== null && owner.uid !== 0 ? owner : await findUnprivilegedAccount();
  for (const disguise of [changeUser(account), bypassClosedFolders(account)]) {
    const attempt = disguise({
      file: "/bin/sh",
      args: ["-c", 'cd "$1" && "$2" --version', "sh", dataDir, binaries.postgres],
      options: defaultOptions(),
    });
    const works = await run(attempt.file, attempt.args, attempt.options).then(
      () => true,
      () => false,
    );
    if (works) return createCommands(account, binaries, disguise);
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and user ${account.uid}, as whom it would run, can't enter ${dataDir} or ` +
      "MDReader's own folder. Start MDReader as an ordinary user, open the folders on the way with `chmod o+x`, " +
      "or set DATABASE_URL.",
  );
}

function createCommands(
  account: SystemAccount | null,
  binaries: Binaries,
  disguise: UserSwitch,
): PostgresCommands {
  const command = (program: keyof Binaries, args: string[]) =>
    disguise({ file: binaries[program], args, options: defaultOptions() });
  return {
    account,
    command,
    async run(program, args) {
      const { file, args: all, options } = command(program, args);
      await run(file, all, options);
    },
  };
}

const changeUser =
  (account: SystemAccount): UserSwitch =>
  (command) => ({ ...command, options: { ...command.options, ...account } });

/**
 * Where a folder on the way is closed to other users (a home folder, one made by mktemp), changing the user is not
 * enough: `setpriv` leaves it the one capability of passing such folders. `no_setuid_fixup` makes access(2), by which
 * PostgreSQL looks for its programs, honour that capability.
 */
const bypassClosedFolders =
  ({ uid, gid }: SystemAccount): UserSwitch =>
  ({ file, args, options }) => ({
    file: "setpriv",
    args: [
      `--reuid=${uid}`,
      `--regid=${gid}`,
      "--clear-groups",
      "--inh-caps=+dac_override",
      "--ambient-caps=+dac_override",
      "--securebits=+no_setuid_fixup",
      file,
      ...args,
    ],
    options,
  });

/**
 * The programs get none of our PostgreSQL settings from the environment, and the root as their folder: ours may be
 * closed to them, or go away while the server lives.
 */
function defaultOptions(): Command["options"] {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PG")));
  return { cwd: "/", env };
}

const candidates = ["postgres", "nobody"];

async function findUnprivilegedAccount(): Promise<SystemAccount> {
  const users = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  for (const candidate of candidates) {
    const [, , uid, gid] = users.find(([name]) => name === candidate) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    "PostgreSQL refuses to run as root, and there is neither a user `postgres` nor `nobody` to run it as. " +
      "Start MDReader as an ordinary user, or set DATABASE_URL.",
  );
}

/** Whom a file or folder belongs to; null where there is none. */
export async function readOwner(path: string): Promise<SystemAccount | null> {
  const found = await stat(path).catch(() => null);
  return found && { uid: found.uid, gid: found.gid };
}
