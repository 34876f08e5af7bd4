import { subscribe } from "node:diagnostics_channel";

/** Loaded by Node.js before a measured command. Reports its requests and its peak memory to the parent process. */
let requests = 0;
let receivedBytes = 0;
subscribe("undici:request:create", () => {
  requests += 1;
});
subscribe("undici:request:bodyChunkReceived", (message) => {
  const { chunk } = message as { chunk: Uint8Array };
  receivedBytes += chunk.byteLength;
});

const report = () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.send?.({ requests, receivedBytes, rss: maxRSS * 1024, cpu: userCPUTime + systemCPUTime });
};
process.on("message", report);
process.channel?.unref();
process.on("exit", report);
