import { configOf, startServer } from "@mdreader/server";

/** The real server, on a port of its own, as a child of the benchmark. */
const server = await startServer(
  await configOf({ ...process.env, APP_PORT: "0", LOG_LEVEL: "silent", NODE_ENV: "development" }),
);
process.stdout.write(`${server.url}\n`);
process.on("SIGTERM", () => void server.close());
