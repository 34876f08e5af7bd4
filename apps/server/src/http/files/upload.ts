import type { IncomingMessage } from "node:http";

import { AppError, receiveBytes, readReceivedBytes, findUploadToReceive } from "@mdreader/api";

import { apiHeaders } from "../response/headers.ts";
import type { FileRequest } from "./handler.ts";

/**
 * `PUT` takes the bytes of an upload: all of them, or, with `Content-Range: bytes 0-8388607/52428800`, those of a part.
 * `GET` answers how many have arrived, and so where to go on. Both answer `{ received, size }`.
 */
export async function answerUpload({ request, response, headers, id, ctx }: FileRequest): Promise<void> {
  const upload = await findUploadToReceive(ctx, id);
  const { size } = upload;
  const received = request.method === "GET" ? await readReceivedBytes(ctx, upload) : await taken();
  const body = JSON.stringify({ received, size });
  response.writeHead(200, {
    ...headers,
    ...apiHeaders,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
  });
  response.end(body);

  function taken(): Promise<number> {
    if (request.method !== "PUT") throw new AppError("METHOD_NOT_SUPPORTED");
    const offset = parseOffset(request, size);
    const length = Number(request.headers["content-length"] ?? 0);
    if (offset + length > size) throw new AppError("FILE_TOO_LARGE");
    // Whoever sends too much is told so: the connection must live on for that.
    return receiveBytes(ctx, upload, { offset, body: request.iterator({ destroyOnReturn: false }) });
  }
}

const contentRange = /^bytes (?<start>\d{1,15})-(?<end>\d{1,15})\/(?<total>\d{1,15})$/;

/** Where the bytes of a request belong. @throws AppError BAD_INPUT for a range that is none of this file. */
function parseOffset({ headers }: IncomingMessage, size: number): number {
  const given = headers["content-range"];
  if (given === undefined) return 0;
  const { start, end, total } = contentRange.exec(given)?.groups ?? {};
  const [first, last] = [Number(start), Number(end)];
  if (Number(total) !== size || !(first <= last && last < size))
    throw invalidRange("names no part of this file");
  const length = headers["content-length"];
  if (length !== undefined && Number(length) !== last - first + 1)
    throw invalidRange("is not as long as the body");
  return first;
}

const invalidRange = (said: string) =>
  new AppError("BAD_INPUT", { fieldErrors: { "content-range": [said] } });
