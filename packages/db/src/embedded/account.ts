import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * PostgreSQL refuses to run as root. Where we are root, its programs run as an unprivileged user, and the cluster
 * belongs to that user.
 */
export interface Account {
  uid: number;
  gid: number;
}

/** How to start a program: as `spawn` takes it. */
export interface Command {
  file: string;
  args: string[];
  options: { uid?: number; gid?: number };
}

const candidates = ["postgres", "nobody"];

/** The user to run as: null when we are not root, or on Windows, where the question does not arise. */
export function unprivilegedAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const passwd = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of candidates) {
    const [, , uid, gid] = passwd.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    "PostgreSQL refuses to run as root, and there is neither a user `postgres` nor `nobody` to run it as. " +
      "Start MDReader as an ordinary user, or set DATABASE_URL.",
  );
}

/**
 * The command that runs `file` as `account`, which must reach `paths`.
 *
 * Where a folder on the way is closed to other users (a home folder, one made by mktemp), changing the user is not
 * enough: then `setpriv` leaves it the one capability of passing such folders. `no_setuid_fixup` makes access(2), by
 * which PostgreSQL looks for its programs, honour that capability.
 */
export function commandFor(account: Account | null, file: string, args: string[], paths: string[]): Command {
  if (account === null) return { file, args, options: {} };
  if (paths.every((path) => othersMayEnter(path))) return { file, args, options: account };
  if (spawnSync("setpriv", ["--version"], { stdio: "ignore" }).status !== 0) {
    throw new Error(
      "PostgreSQL can't run as root, and the user to run it as may not enter the folder of MDReader or of its data. " +
        "Start MDReader as an ordinary user, open the folders on the way with `chmod o+x`, or set DATABASE_URL.",
    );
  }
  const options = [
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    "--clear-groups",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
    "--securebits=+no_setuid_fixup",
  ];
  return { file: "setpriv", args: [...options, file, ...args], options: {} };
}

const enterable = 0o001;

/** Whether every folder above `path` lets every user pass. */
function othersMayEnter(path: string): boolean {
  const folder = dirname(path);
  if ((statSync(folder).mode & enterable) === 0) return false;
  return folder === dirname(folder) || othersMayEnter(folder);
}
