import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

import {
  AppError,
  type ByteRange,
  findFileToSend,
  toHex,
  isShownInline,
  toStorageKey,
  parseFileName,
  type Services,
  readThumbnail,
} from "@mdreader/api";
import type { FileRow } from "@mdreader/db";
import { create as contentDisposition } from "content-disposition";
import { parse as parseRange } from "range-parser";

import type { Headers } from "../response/headers.ts";
import type { FileRequest } from "./file-request.ts";

/** Disables scripts in files, even if a browser displays them as a page. */
const sandboxPolicy =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

/**
 * Handles `GET /files/<id>`: sends the file, as an attachment with `download=1`, or its thumbnail with `thumbnail=1`.
 */
export async function answerDownload({
  request,
  response,
  headers,
  query,
  id,
  ctx,
}: FileRequest): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") throw new AppError("METHOD_NOT_SUPPORTED");
  const file = await findFileToSend(ctx, id);
  const disposition: Disposition = query.has("thumbnail")
    ? "thumbnail"
    : query.has("download")
      ? "saved"
      : "shown";
  await sendFile(ctx, { request, response, headers, file, disposition });
}

/** The form in which a file is sent: inline where that is safe, as an attachment, or as a thumbnail. */
export type Disposition = "shown" | "saved" | "thumbnail";

export interface SendFileOptions {
  request: IncomingMessage;
  response: ServerResponse;
  /** Headers common to all responses. */
  headers: Headers;
  file: FileRow;
  disposition: Disposition;
}

/**
 * Sends a file, or the requested range of it, to an authorized caller. Browsers revalidate cached copies each time, so
 * that a revoked caller cannot use them.
 *
 * @throws AppError before anything is sent.
 */
export async function sendFile(
  services: Pick<Services, "storage" | "thumbnails">,
  { request, response, headers, file, disposition }: SendFileOptions,
): Promise<void> {
  const isSmall = disposition === "thumbnail";
  const etag = `"${toHex(file.hash)}${isSmall ? "-small" : ""}"`;
  const all: Headers = {
    ...headers,
    etag,
    "cache-control": "private, no-cache",
    "content-security-policy": sandboxPolicy,
    "accept-ranges": isSmall ? "none" : "bytes",
  };
  if (isKnown(request, etag)) return void response.writeHead(304, all).end();
  all["content-type"] = isSmall ? "image/webp" : file.mediaType;
  all["content-disposition"] = toContentDisposition(file, disposition);
  if (isSmall) {
    const { size, body } = await readThumbnail(services, file);
    return send(200, size, (begin) => pipeline(body, begin()));
  }
  const range = parseRangeHeader(request, etag, file.size);
  if (range === "none") {
    all["content-range"] = `bytes */${file.size}`;
    return void response.writeHead(416, { ...all, "content-length": "0" }).end();
  }
  const key = toStorageKey(file.workspaceId, file.hash);
  if (range !== null) all["content-range"] = `bytes ${range.start}-${range.end}/${file.size}`;
  const size = range === null ? file.size : range.end - range.start + 1;
  return send(range === null ? 200 : 206, size, (begin) =>
    services.storage.sendTo(key, begin, range ?? undefined),
  );

  async function send(
    status: number,
    length: number,
    sendBody: (begin: () => ServerResponse) => Promise<void>,
  ): Promise<void> {
    all["content-length"] = String(length);
    if (request.method === "HEAD") return void response.writeHead(status, all).end();
    await sendBody(() => response.writeHead(status, all));
  }
}

function toContentDisposition({ path, mediaType }: FileRow, disposition: Disposition): string {
  const name = parseFileName(path);
  const isInline = disposition === "thumbnail" || (disposition === "shown" && isShownInline(mediaType, name));
  return contentDisposition(name, { type: isInline ? "inline" : "attachment" });
}

/** Whether the client's cached copy is current. */
function isKnown({ headers }: IncomingMessage, etag: string): boolean {
  const known = headers["if-none-match"];
  if (known === undefined) return false;
  return known.trim() === "*" || known.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

/** Returns the requested range, null for the whole file, or "none" if the range cannot be satisfied. */
function parseRangeHeader(
  { headers }: IncomingMessage,
  etag: string,
  size: number,
): ByteRange | "none" | null {
  const { range, "if-range": condition } = headers;
  if (range === undefined || (condition !== undefined && condition !== etag)) return null;
  const { code, type, ranges } = parseRange(size, range);
  const isWellFormed = type === "bytes" && (code & 1) === 0;
  if (isWellFormed && ranges.length === 0) return "none";
  const [only, ...others] = isWellFormed ? ranges : [];
  return only === undefined || others.length > 0 ? null : only;
}
