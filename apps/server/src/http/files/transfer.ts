import { once } from "node:events";
import { pipeline } from "node:stream/promises";

import {
  AppError,
  exportArchive,
  importArchive,
  authorizeImport,
  toAppError,
  authorizeExport,
} from "@mdreader/api";
import type { ImportLine } from "@mdreader/contract";
import { create as contentDisposition } from "content-disposition";

import { createDisconnectSignal } from "../procedure/call.ts";
import { createErrorResponse } from "../response/error-response.ts";
import { apiHeaders } from "../response/headers.ts";
import type { FileRequest } from "./handler.ts";

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** The folder that is named, or null for the root. @throws AppError NOT_FOUND for what can't be one. */
function readFolderId(query: URLSearchParams): string | null {
  const folder = query.get("folder");
  if (folder !== null && !uuid.test(folder)) throw new AppError("NOT_FOUND");
  return folder;
}

/** `GET /files/exports/<workspace>?folder=<id>`: all that lies there, as a zip archive. */
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
  response.writeHead(200, {
    ...headers,
    ...apiHeaders,
    "content-type": "application/zip",
    "content-disposition": contentDisposition(`${access.workspaceName.replaceAll(/[/\\]/g, "-")}.zip`),
  });
  await pipeline(archive, response);
}

/**
 * `POST /files/imports/<upload>?folder=<id>&hidden=1`: unpacks an archive that was uploaded, and answers a line of JSON for each
 * step. Whoever leaves before the end stops it.
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
  // An import that nobody waits for any more ends here, and its lease with it.
  await using steps = importArchive(ctx, access, access.upload, {
    folderId: readFolderId(query),
    includeHidden: query.get("hidden") === "1",
  });
  // What is wrong with the archive as a whole is told by the status.
  let step = await steps.next();
  response.writeHead(200, { ...headers, ...apiHeaders, "content-type": "application/x-ndjson" });
  const gone = createDisconnectSignal(response);
  const say = async (line: ImportLine) => {
    if (!response.write(`${JSON.stringify(line)}\n`)) await once(response, "drain", { signal: gone });
  };
  try {
    while (!step.done && !response.destroyed) {
      await say(step.value);
      step = await steps.next();
    }
    if (step.done) await say({ report: step.value });
  } catch (error) {
    if (response.destroyed) return;
    await say(JSON.parse(createErrorResponse(toAppError(error).reason).body) as ImportLine); // our own
  }
  response.end();
}
