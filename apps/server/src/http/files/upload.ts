import type { IncomingMessage } from "node:http";

import { AppError, receiveBytes, readReceivedBytes, findUploadToReceive } from "@mdreader/api";

import { apiHeaders } from "../response/headers.ts";
import type { FileRequest } from "./file-request.ts";

/**
 * Receives and reports uploads. `PUT` takes all bytes of an upload, or a part of them with `Content-Range: bytes
 * 0-8388607/52428800`. `GET` reports how many have arrived, which is where to resume. Both respond with `{ received,
 * size }`.
 */
export async function answerUpload({ request, response, headers, id, ctx }: FileRequest): Promise<void> {
  const upload = await findUploadToReceive(ctx, id);
  const { size } = upload;
  const received = request.method === "GET" ? await readReceivedBytes(ctx, upload) : await receivePart();
  const body = JSON.stringify({ received, size });
  response.writeHead(200, {
    ...headers,
    ...apiHeaders,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
  });
  response.end(body);

  function receivePart(): Promise<number> {
    if (request.method !== "PUT") throw new AppError("METHOD_NOT_SUPPORTED");
    const offset = parseOffset(request, size);
    const length = Number(request.headers["content-length"] ?? 0);
    if (offset + length > size) throw new AppError("FILE_TOO_LARGE");
    // The connection stays open, so that a client that sends too much receives the error.
    return receiveBytes(ctx, upload, { offset, body: request.iterator({ destroyOnReturn: false }) });
  }
}

const contentRange = /^bytes (?<start>\d{1,15})-(?<end>\d{1,15})\/(?<total>\d{1,15})$/;

/** Returns the offset of the bytes in the file. @throws AppError BAD_INPUT if the range does not fit the file. */
function parseOffset({ headers }: IncomingMessage, size: number): number {
  const contentRangeHeader = headers["content-range"];
  if (contentRangeHeader === undefined) return 0;
  const { start, end, total } = contentRange.exec(contentRangeHeader)?.groups ?? {};
  const [first, last] = [Number(start), Number(end)];
  if (Number(total) !== size || !(first <= last && last < size)) throw invalidRange("is outside the file");
  const length = headers["content-length"];
  if (length !== undefined && Number(length) !== last - first + 1)
    throw invalidRange("doesn't match the length of the body");
  return first;
}

const invalidRange = (problem: string) =>
  new AppError("BAD_INPUT", { fieldErrors: { "content-range": [problem] } });
