import { readFileSync } from "node:fs";

/**
 * Stops when the command that started this process has ended. `npx` exits on SIGTERM without forwarding it, although the signal
 * was meant for the server. Works on Linux only, which exposes parent processes in `/proc`.
 */
export function stopWithLauncher(): void {
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
