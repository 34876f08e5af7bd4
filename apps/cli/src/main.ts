#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Before anything else is loaded: from the second time on, a command starts in a third of the time.
enableCompileCache();
const [{ exitCodes }, { run }] = await Promise.all([import("./failure.ts"), import("./program.ts")]);

// Whoever reads along may stop early, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? exitCodes.done : exitCodes.failed);
});

await run(process.argv.slice(2));
