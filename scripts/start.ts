import { spawnSync } from "node:child_process";
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

import { stopWithLauncher } from "../apps/server/scripts/stop-with-launcher.ts";

/**
 * `pnpm start`: builds what has changed since the last build, and starts the server. The output of the build is printed
 * only if it fails. The server runs in this process, so that it receives signals directly.
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
