import { parentPort } from "node:worker_threads";

import { readLinks } from "./read-links.ts";

/** Worker thread that reads the links of one text at a time: see `link-reader.ts`. */
parentPort?.on("message", (text: string) => parentPort?.postMessage(readLinks(text)));
