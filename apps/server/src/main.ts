import { createLogs } from "./adapters/logger.ts";
import { type RunningServer, startServer } from "./app.ts";
import { loadConfig } from "./config.ts";
import { StartError } from "./start-error.ts";

/** Milliseconds after which a server that is asked to stop does so whatever it still waits for. */
const stopTimeoutMs = 30_000;

/** Standard output is for the log; these lines are for whoever sits in front of it. */
const print = (line: string) => process.stderr.write(`${line}\n`);

const stopping = Promise.withResolvers<number>();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // A second one changes nothing: a terminal sends its signal to all programs in it, and pnpm passes it on once more.
  process.on(signal, () => stopping.resolve(0));
}

try {
  const config = await loadConfig();
  const logs = createLogs(config.LOG_LEVEL);
  const { log } = logs;
  // Every request's state is its own: a promise that nobody waited for harms no other.
  process.on("unhandledRejection", (error) => log.error({ err: error }, "a failure that nobody waited for"));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "uncaught error: stopping");
    stopping.resolve(1);
  });
  const server = await startServer(config, { logs });
  print(`MDReader is running at ${server.url}`);
  process.exitCode = await stopping.promise;
  await stop(server);
} catch (error) {
  print(error instanceof StartError ? error.message : `MDReader could not start: ${String(error)}`);
  process.exitCode = 1;
}

async function stop(server: RunningServer): Promise<void> {
  setTimeout(() => process.exit(1), stopTimeoutMs).unref();
  await server.close();
}
