import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";

import type { Binaries } from "./binaries.ts";

const run = promisify(execFile);

/** User and group IDs, as `spawn` expects them. */
export interface SystemAccount {
  uid: number;
  gid: number;
}

/** A program with its arguments, as `spawn` expects them. */
export interface Command {
  file: string;
  args: string[];
  options: { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number };
}

/** PostgreSQL's programs, and how to start them on this machine. */
export interface PostgresCommands {
  /** The owner of the cluster, if it is not the current user. */
  account: SystemAccount | null;
  command(program: keyof Binaries, args: string[]): Command;
  /** Runs a program until it exits. @throws with its output. */
  run(program: keyof Binaries, args: string[]): Promise<void>;
}

/** Converts a command into one that runs as another user. */
type UserSwitch = (command: Command) => Command;

/**
 * Determines how to start PostgreSQL's programs on a cluster in `dataDir`.
 *
 * PostgreSQL refuses to run as root. If we are root, it runs as an unprivileged user who owns the cluster: `owner`, if
 * the cluster exists. The available ways to switch to that user are tested, not assumed.
 */
export async function findPostgresCommands(
  binaries: Binaries,
  dataDir: string,
  owner: SystemAccount | null,
): Promise<PostgresCommands> {
  if (process.getuid?.() !== 0) return createCommands(null, binaries, (command) => command);
  const account = owner !== null && owner.uid !== 0 ? owner : await findUnprivilegedAccount();
  for (const disguise of [switchToUser(account), bypassClosedFolders(account)]) {
    const attempt = disguise({
      file: "/bin/sh",
      args: ["-c", 'cd "$1" && "$2" --version', "sh", dataDir, binaries.postgres],
      options: defaultOptions(),
    });
    const isAccepted = await run(attempt.file, attempt.args, attempt.options).then(
      () => true,
      () => false,
    );
    if (isAccepted) return createCommands(account, binaries, disguise);
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and the user it would run as, ${account.uid}, can't enter ${dataDir} or ` +
      "MDReader's own folder. Start MDReader as an ordinary user, open the parent folders with `chmod o+x`, " +
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

const switchToUser =
  (account: SystemAccount): UserSwitch =>
  (command) => ({ ...command, options: { ...command.options, ...account } });

/**
 * If a parent folder is closed to other users (a home folder, or one made by mktemp), switching the user is not enough.
 * `setpriv` keeps the one capability that allows passing such folders. `no_setuid_fixup` makes access(2), which
 * PostgreSQL uses to find its programs, honor that capability.
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
 * The programs inherit none of our PostgreSQL environment variables. They run in the root folder, because ours may be
 * closed to them, or may be removed while the server runs.
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
    "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody` to run it as. " +
      "Start MDReader as an ordinary user, or set DATABASE_URL.",
  );
}

/** Returns the owner of a file or folder, or null if it does not exist. */
export async function readOwner(path: string): Promise<SystemAccount | null> {
  const found = await stat(path).catch(() => null);
  return found && { uid: found.uid, gid: found.gid };
}
