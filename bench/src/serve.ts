import { parseConfig, startServer } from "@mdreader/server";

import { runAsChild } from "./child.ts";

/** The real server on its own port. Its socket limit is raised, because the benchmark opens the sockets of many users. */
const config = await parseConfig({
  ...process.env,
  APP_PORT: "0",
  LOG_LEVEL: "silent",
  NODE_ENV: "development",
});
const server = await startServer(config, { socketLimits: { perCaller: 2000 } });
runAsChild(server.url, () => server.close());
