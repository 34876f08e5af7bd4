import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { listen } from "./baseline.ts";

/**
 * The baseline of files: `node:http`, which streams a file from the disk, and one to it while computing its SHA-256. At
 * `/flushed`, it flushes the file to the disk before it responds.
 */
const { FOLDER = "" } = process.env;
const path = join(FOLDER, "file");
const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "GET") return pipeline(createReadStream(path), response);
  const hash = createHash("sha256");
  await pipeline(
    request,
    async function* hashChunks(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(path, { flush: request.url === "/flushed" }),
  );
  response.end(hash.digest("hex"));
}

listen(server);
