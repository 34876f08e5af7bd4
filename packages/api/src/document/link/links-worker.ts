import { parentPort } from "node:worker_threads";

import { readLinks } from "./read-links.ts";

/** Reads the links of one text after the other, in a thread of its own: see `link-reader.ts`. */
parentPort?.on("message", (text: string) => parentPort?.postMessage(readLinks(text)));
