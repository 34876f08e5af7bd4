import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { openDatabase } from "./location.ts";

/** Drizzle Studio on the database that the server would use, until Ctrl-C. */
const database = await openDatabase();
const studio = spawn("pnpm", ["exec", "drizzle-kit", "studio"], {
  cwd: fileURLToPath(new URL("..", import.meta.url)),
  env: { ...process.env, DATABASE_URL: database.url() },
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => studio.kill(signal));
studio.on("exit", () => {
  void database.close();
});
