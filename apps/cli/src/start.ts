import nodeModule from "node:module";

// Enabled before other imports: later runs start three times as fast. Node 22.0 does not have it.
if ("enableCompileCache" in nodeModule) nodeModule.enableCompileCache();
const [{ exitCodes }, { run }] = await Promise.all([import("./failure.ts"), import("./program.ts")]);

// The reader may close the pipe early, like `head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? exitCodes.done : exitCodes.failed);
});

await run(process.argv.slice(2));
