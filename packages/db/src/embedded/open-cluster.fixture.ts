import { once } from "node:events";

import { openCluster } from "./cluster.ts";

/** Opens the cluster in the given folder, prints its URL, and closes it when stdin ends. */
const cluster = await openCluster({ dataDir: process.argv[2] ?? "" });
process.stdout.write(`${cluster.url()}\n`);
process.stdin.resume();
await once(process.stdin, "end");
await cluster.close();
