import type { IncomingMessage, ServerResponse } from "node:http";

import { maxStallMs } from "../procedure/call.ts";
import type { Headers } from "../response/headers.ts";

/** Whether tRPC's `httpBatchStreamLink` sent the request: it reads each response as soon as it is available. */
export const acceptsJsonLines = ({ headers }: IncomingMessage): boolean =>
  headers["trpc-accept"] === "application/jsonl" || headers.accept === "application/jsonl";

/**
 * Sends the responses of a batch in the order in which they become available, in tRPC's format for `jsonl`: a line that
 * announces a promise for each call, then a line for each response. The next one is written when the client has read
 * enough. The status is 200, because it is sent before the outcomes are known.
 * @param responses The JSON of each response; none of them rejects.
 */
export async function streamBatch(
  response: ServerResponse,
  headers: Headers,
  responses: readonly Promise<string>[],
): Promise<void> {
  const heads = responses.map((_, index) => `"${index}":[[0],[null,0,${index}]]`);
  response.socket?.setTimeout(maxStallMs);
  response.writeHead(200, { ...headers, vary: "origin, trpc-accept, accept" });
  response.write(`{${heads.join()}}\n`);
  let written = Promise.resolve();
  const lines = responses.map(async (json, index) => {
    const line = `[${index},0,[[${await json}]]]\n`;
    await (written = written.then(() => write(response, line)));
  });
  await Promise.all(lines);
  response.end();
}

/** Writes a line. Resolves when more can be written, or the client has disconnected. */
async function write(response: ServerResponse, line: string): Promise<void> {
  if (response.destroyed || response.write(line)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}
