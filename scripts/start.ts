import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * `pnpm start`: builds what has changed since the last build, in silence unless that fails, and serves. It is one
 * process, so that a signal to it is a signal to the server.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const build = spawnSync("turbo", ["run", "build", "--ui=stream", "--output-logs=errors-only"], {
  cwd: root,
  encoding: "utf8",
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
  shell: process.platform === "win32",
});
if (build.status !== 0) {
  process.stderr.write(`${build.stdout}${build.stderr}\nThe web app could not be built.\n`);
  process.exit(1);
}
await import("../apps/server/src/main.ts");
