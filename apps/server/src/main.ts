import { createLogDestination, createLogs } from "./adapters/logger.ts";
import { type RunningServer, startServer } from "./app.ts";
import { loadConfig } from "./config.ts";
import { installation } from "./installation.ts";
import { StartError } from "./start-error.ts";

/** Maximum time for a graceful stop. */
const stopTimeoutMs = 30_000;

/** Standard output is for the log, so messages to the operator go to standard error. */
const print = (line: string) => process.stderr.write(`${line}\n`);
// The reader of the messages may end before the server does.
process.stderr.on("error", () => {});

const stopping = Promise.withResolvers<number>();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Repeated signals are ignored: a terminal sends its signal to all of its processes, and pnpm forwards it again.
  process.on(signal, () => stopping.resolve(0));
}

try {
  const config = await loadConfig();
  for (const warning of config.warnings) print(warning);
  const logs = createLogs(config.LOG_LEVEL, createLogDestination(config.LOG_FORMAT, process.stdout));
  const { log } = logs;
  // State is per request, so an unhandled rejection does not affect other requests.
  process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "uncaught error: stopping");
    stopping.resolve(1);
  });
  const server = await startServer(config, { logs, onProgress: print });
  print(`MDReader is running at ${server.url}`);
  if (server.setup.state === "new") print(`Create the administrator: ${server.setup.url}`);
  if (server.setup.state === "shell")
    print(
      `This server has no administrator yet. Create one with: ${installation.toCommandLine("admin create <email>")}`,
    );
  process.exitCode = await stopping.promise;
  await stop(server);
} catch (error) {
  print(error instanceof StartError ? error.message : `MDReader couldn't start: ${String(error)}`);
  process.exitCode = 1;
}

async function stop(server: RunningServer): Promise<void> {
  setTimeout(() => process.exit(1), stopTimeoutMs).unref();
  await server.close();
}
