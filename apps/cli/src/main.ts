#!/usr/bin/env node
import { exitCodes } from "./failure.ts";
import { run } from "./program.ts";

// Whoever reads along may stop early, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? exitCodes.done : exitCodes.failed);
});

await run(process.argv.slice(2));
