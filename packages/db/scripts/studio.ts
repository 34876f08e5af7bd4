import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { withDatabase } from "./location.ts";

const drizzleKit = fileURLToPath(new URL("./bin.cjs", import.meta.resolve("drizzle-kit")));

/** Runs Drizzle Studio on the database that the server would use, until Ctrl-C. */
await withDatabase(async (url) => {
  const studio = spawn(process.execPath, [drizzleKit, "studio", ...process.argv.slice(2)], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { ...process.env, DATABASE_URL: url },
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => studio.kill(signal));
  await once(studio, "exit");
});
