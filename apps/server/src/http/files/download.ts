import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

import {
  AppError,
  type ByteRange,
  findFileToSend,
  toHex,
  isShownInline,
  storageKey,
  fileNameFromPath,
  type Services,
  readThumbnail,
} from "@mdreader/api";
import type { FileRow } from "@mdreader/db";
import { create as contentDisposition } from "content-disposition";
import { parse as parseRange } from "range-parser";

import type { Headers } from "../response/headers.ts";
import type { FileRequest } from "./handler.ts";

/** Nothing in a file runs, even where it is shown as a page. */
const sandboxPolicy =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

/** `GET /files/<id>`: the file; with `download=1` always to be saved, with `thumbnail=1` a small picture of it. */
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

/** What is to become of a file: shown where that is safe, saved, or shown small. */
export type Disposition = "shown" | "saved" | "thumbnail";

export interface SendFileOptions {
  request: IncomingMessage;
  response: ServerResponse;
  /** Those that every answer has. */
  headers: Headers;
  file: FileRow;
  disposition: Disposition;
}

/**
 * Sends a file to someone who may read it, or the part of it that they ask for. A browser asks again each time whether it
 * may show what it has cached, and is answered without the bytes.
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
    return send(200, size, async () => body);
  }
  const range = parseRangeHeader(request, etag, file.size);
  if (range === "none") {
    all["content-range"] = `bytes */${file.size}`;
    return void response.writeHead(416, { ...all, "content-length": "0" }).end();
  }
  const read = () => services.storage.read(storageKey(file.workspaceId, file.hash), range ?? undefined);
  if (range === null) return send(200, file.size, read);
  all["content-range"] = `bytes ${range.start}-${range.end}/${file.size}`;
  return send(206, range.end - range.start + 1, read);

  async function send(status: number, length: number, open: typeof read): Promise<void> {
    all["content-length"] = String(length);
    if (request.method === "HEAD") return void response.writeHead(status, all).end();
    const body = await open();
    await pipeline(body, response.writeHead(status, all));
  }
}

function toContentDisposition({ path, mediaType }: FileRow, disposition: Disposition): string {
  const name = fileNameFromPath(path);
  const isInline = disposition === "thumbnail" || (disposition === "shown" && isShownInline(mediaType, name));
  return contentDisposition(name, { type: isInline ? "inline" : "attachment" });
}

/** Whether the caller has what they ask for already. */
function isKnown({ headers }: IncomingMessage, etag: string): boolean {
  const known = headers["if-none-match"];
  if (known === undefined) return false;
  return known.trim() === "*" || known.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

/** The one part that is asked for; null for all of it, "none" for a part that there is not. */
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
