import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

/**
 * `pnpm start`: builds what has changed since the last build, and starts the server. The output of the build is printed only if it fails.
 * The server runs in this process, so that it receives signals directly.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
process.stderr.write("Building what has changed… (the first time, this takes up to a minute)\n");
const build = spawnSync("turbo", ["run", "build", "--ui=stream", "--output-logs=errors-only"], {
  cwd: root,
  encoding: "utf8",
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
  shell: process.platform === "win32",
});
if (build.status !== 0) {
  process.stderr.write(`${build.stdout}${build.stderr}\nThe build failed.\n`);
  process.exit(1);
}
stopWithLauncher();
enableCompileCache();
await import("../apps/server/src/main.ts");

/**
 * Stops when the command that started this process has ended. `npx` exits on SIGTERM without forwarding it, although the signal
 * was meant for the server. Works on Linux only, which exposes parent processes in `/proc`.
 */
function stopWithLauncher(): void {
  const launcher = process.platform === "linux" ? findLauncher(process.ppid) : null;
  if (launcher === null) return;
  const look = setInterval(() => {
    if (readProcess(launcher.pid)?.startedAt === launcher.startedAt) return;
    clearInterval(look);
    process.kill(process.pid, "SIGTERM");
  }, 500);
  look.unref();
}

interface Process {
  pid: number;
  parent: number;
  startedAt: string;
}

/** The `npm exec` among the ancestors of this process, if any. */
function findLauncher(pid: number): Process | null {
  const ancestor = readProcess(pid);
  if (ancestor === null) return null;
  return readCommand(pid).startsWith("npm exec") ? ancestor : findLauncher(ancestor.parent);
}

function readProcess(pid: number): Process | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may contain any characters, so the fields are counted from its end.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [parent, startedAt] = [fields[1], fields[19]];
    return parent === undefined || startedAt === undefined
      ? null
      : { pid, parent: Number(parent), startedAt };
  } catch {
    return null;
  }
}

function readCommand(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
}
