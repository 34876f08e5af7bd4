import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import {
  AppError,
  exportAccount,
  exportArchive,
  importArchive,
  authorizeImport,
  toAppError,
  authorizeExport,
  authorizeHtmlExport,
  exportHtml,
  pagePolicy,
} from "@mdreader/api";
import type { ImportLine } from "@mdreader/contract";
import { create as contentDisposition } from "content-disposition";

import { createDisconnectSignal, maxStallMs } from "../procedure/call.ts";
import { createErrorResponse } from "../response/error-response.ts";
import { apiHeaders, type Headers } from "../response/headers.ts";
import type { FileRequest } from "./file-request.ts";

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Returns the requested folder, or null for the root. @throws AppError NOT_FOUND if the ID is malformed. */
function readFolderId(query: URLSearchParams): string | null {
  const folder = query.get("folder");
  if (folder !== null && !uuid.test(folder)) throw new AppError("NOT_FOUND");
  return folder;
}

/** Handles `GET /files/exports/<workspace>?folder=<id>`: sends the folder as a zip archive. */
export async function answerExport({
  request,
  response,
  headers,
  query,
  id,
  ctx,
}: FileRequest): Promise<void> {
  if (request.method !== "GET") throw new AppError("METHOD_NOT_SUPPORTED");
  const access = await authorizeExport(ctx, id);
  const archive = await exportArchive(ctx, access, readFolderId(query));
  await sendArchive(response, headers, archive, access.workspaceName.replaceAll(/[/\\]/g, "-"));
}

/**
 * Handles `GET /files/documents/<document>`: sends the document as an HTML page. It is meant to be saved. If a
 * browser shows it anyway, it has none of the app's permissions.
 *
 * The page is in memory until the client has read it, so it counts toward what the caller may have there.
 * @throws AppError RATE_LIMITED when the caller has not read enough of earlier pages, or the page is too large.
 */
export async function answerHtmlExport({
  request,
  response,
  headers,
  id,
  ctx,
  budgets,
}: FileRequest): Promise<void> {
  if (request.method !== "GET") throw new AppError("METHOD_NOT_SUPPORTED");
  const access = await authorizeHtmlExport(ctx, id);
  const page = Buffer.from(await exportHtml(ctx, access));
  // The client may have disconnected, and nothing would release the bytes.
  if (response.destroyed) return;
  const account = budgets.authenticated.open(access.caller.userId);
  if (!account.setBytes(page.byteLength)) {
    account.close();
    throw new AppError("RATE_LIMITED", { retryAfter: 5 });
  }
  response.once("close", account.close);
  response.socket?.setTimeout(maxStallMs);
  response.writeHead(200, {
    ...headers,
    "cache-control": "no-store",
    "content-security-policy": `${pagePolicy}; sandbox allow-popups; frame-ancestors 'none'`,
    "content-type": "text/html; charset=utf-8",
    "content-length": String(page.byteLength),
    "content-disposition": contentDisposition(`${toSafeName(access.document.title)}.html`),
  });
  response.end(page);
}

/** Replaces characters that names of files can't have on some system. */
const toSafeName = (title: string) => title.replaceAll(/[/\\:*?"<>|\p{Cc}]/gu, "-");

/** Handles `GET /files/accounts/<user>`: sends what belongs to the user as a zip archive. */
export async function answerAccountExport({
  request,
  response,
  headers,
  id,
  ctx,
}: FileRequest): Promise<void> {
  if (request.method !== "GET") throw new AppError("METHOD_NOT_SUPPORTED");
  await sendArchive(response, headers, await exportAccount(ctx, id), "account");
}

async function sendArchive(
  response: ServerResponse,
  headers: Headers,
  archive: Readable,
  name: string,
): Promise<void> {
  response.writeHead(200, {
    ...headers,
    ...apiHeaders,
    "content-type": "application/zip",
    "content-disposition": contentDisposition(`${name}.zip`),
  });
  await pipeline(archive, response);
}

/**
 * Handles `POST /files/imports/<upload>?folder=<id>&hidden=1`: imports an uploaded archive and sends one line of JSON
 * per step. Disconnecting cancels the import.
 */
export async function answerImport({
  request,
  response,
  headers,
  query,
  id,
  ctx,
}: FileRequest): Promise<void> {
  if (request.method !== "POST") throw new AppError("METHOD_NOT_SUPPORTED");
  const access = await authorizeImport(ctx, id);
  // A disconnect ends the import and releases its lease.
  await using steps = importArchive(ctx, access, access.upload, {
    folderId: readFolderId(query),
    includeHidden: query.get("hidden") === "1",
  });
  // Errors that affect the whole archive set the status of the response.
  let step = await steps.next();
  response.writeHead(200, { ...headers, ...apiHeaders, "content-type": "application/x-ndjson" });
  const disconnectSignal = createDisconnectSignal(response);
  const writeLine = async (line: ImportLine) => {
    if (!response.write(`${JSON.stringify(line)}\n`))
      await once(response, "drain", { signal: disconnectSignal });
  };
  try {
    while (!step.done && !response.destroyed) {
      await writeLine(step.value);
      step = await steps.next();
    }
    if (step.done) await writeLine({ report: step.value });
  } catch (error) {
    if (response.destroyed) return;
    await writeLine(JSON.parse(createErrorResponse(toAppError(error).reason).body) as ImportLine); // our own
  }
  response.end();
}
