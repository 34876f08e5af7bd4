import type { IncomingMessage, ServerResponse } from "node:http";

import { authenticate, AppError, type Context, type Services } from "@mdreader/api";
import type { Logger } from "pino";

import { bearerOf } from "../bearer.ts";
import type { Handler } from "../edge.ts";
import type { Facts } from "../facts.ts";
import type { Headers } from "../headers.ts";
import { answerDownload } from "./download.ts";
import { failing } from "./failing.ts";
import { answerUpload } from "./upload.ts";

export interface FilesOptions {
  services: Services;
  log: Logger;
}

/** A request for one file or upload. */
export interface FileRequest {
  request: IncomingMessage;
  response: ServerResponse;
  headers: Headers;
  query: URLSearchParams;
  id: string;
  ctx: Context;
}

const path = /^\/files\/(?<uploads>uploads\/)?(?<id>[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/;

/**
 * The bytes of files, on their way in and out. They are plain streams, since procedures would hold them in memory. Who may
 * do what is asked as with any call; instead of a header, the token of a signed link may say who it is.
 */
export function createFilesHandler({ services, log }: FilesOptions): Handler {
  return failing(log, async (request, response, facts, headers) => {
    const url = new URL(request.url ?? "", "http://server");
    const named = path.exec(url.pathname)?.groups;
    if (named?.["id"] === undefined) throw new AppError("NOT_FOUND");
    const purpose = named["uploads"] === undefined ? "file" : "upload";
    facts.route = `files ${purpose}`;
    const ctx = await contextOf(services, request, facts, purpose, named["id"], url.searchParams);
    const asked = { request, response, headers, query: url.searchParams, id: named["id"], ctx };
    await (purpose === "file" ? answerDownload(asked) : answerUpload(asked));
  });
}

async function contextOf(
  services: Services,
  request: IncomingMessage,
  { id: requestId, ipAddress, userAgent }: Facts,
  purpose: "file" | "upload",
  id: string,
  query: URLSearchParams,
): Promise<Context> {
  const token = query.get("token");
  const credential =
    token === null
      ? await authenticate(services, bearerOf(request))
      : await services.fileLinks.verify(purpose, id, token);
  if (credential === null) throw new AppError("LINK_INVALID");
  return { ...services, credential, request: { id: requestId, ipAddress, userAgent, refreshCookie: null } };
}
