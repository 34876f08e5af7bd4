import { monitorEventLoopDelay } from "node:perf_hooks";

/**
 * Loaded by Node.js before a measured server. On SIGUSR2, writes the longest delay of the event loop since the last time, more
 * precisely than the server's own metrics.
 */
const delays = monitorEventLoopDelay({ resolution: 10 });
delays.enable();
let reports = 0;
process.on("SIGUSR2", () => {
  reports += 1;
  process.stderr.write(`delay ${reports}: ${delays.max / 1e6} ms\n`);
  delays.reset();
});
