import type { IncomingMessage, ServerResponse } from "node:http";

import type { ByteAccount } from "../../flow-control/byte-budget.ts";
import { maxStallMs, minCountedBytes } from "../procedure/call.ts";
import type { Headers } from "../response/headers.ts";

/** Whether tRPC's `httpBatchStreamLink` sent the request: it reads each response as soon as it is available. */
export const acceptsJsonLines = ({ headers }: IncomingMessage): boolean =>
  headers["trpc-accept"] === "application/jsonl" || headers.accept === "application/jsonl";

/**
 * Sends the responses of a batch in the order in which they become available, in tRPC's format for `jsonl`: a line that
 * announces a promise for each call, then a line for each response. The next one is written when the client has read
 * enough. The status is 200, because it is sent before the outcomes are known.
 * @param responses The JSON of each response; none of them rejects.
 * @param limit `account` counts the bytes that the client has not read yet. A response that exceeds the limit is
 *   replaced by `refusal`, the JSON of an error that asks the client to retry later.
 */
export async function streamBatch(
  response: ServerResponse,
  headers: Headers,
  responses: readonly Promise<string>[],
  { account, refusal }: { account: ByteAccount; refusal: string },
): Promise<void> {
  const heads = responses.map((_, index) => `"${index}":[[0],[null,0,${index}]]`);
  response.socket?.setTimeout(maxStallMs);
  response.writeHead(200, { ...headers, vary: "origin, trpc-accept, accept" });
  response.write(`{${heads.join()}}\n`);
  response.once("close", account.close);
  let unreadBytes = 0;
  const addBytes = (bytes: number): boolean => {
    unreadBytes += bytes;
    return response.destroyed || account.setBytes(unreadBytes > minCountedBytes ? unreadBytes : 0);
  };
  let written = Promise.resolve();
  const lines = responses.map(async (json, index) => {
    let line = toLine(index, await json);
    let bytes = Buffer.byteLength(line);
    if (!addBytes(bytes)) {
      addBytes(-bytes);
      line = toLine(index, refusal);
      bytes = 0;
    }
    await (written = written.then(() => write(response, line)));
    addBytes(-bytes);
  });
  await Promise.all(lines);
  response.end();
}

const toLine = (index: number, json: string) => `[${index},0,[[${json}]]]\n`;

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
