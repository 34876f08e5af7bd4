import { AppError, type Services, findSharedFileForRequest } from "@mdreader/api";
import type { Logger } from "pino";

import type { Handler } from "../handler.ts";
import { sendFile } from "./download.ts";
import { withErrorResponse } from "./with-error-response.ts";

const sharedFilePattern = /^\/s\/(?<token>[^/]+)\/(?<path>.+)$/;

/** Whether a request is for a file of a shared document. The address of the document's page ends with the token. */
export const isSharedFile = (url: string) => sharedFilePattern.test(url.replace(/[?#].*$/s, ""));

/** Serves the files that a shared document embeds, at `GET /s/<token>/<path>`. */
export function createSharedFilesHandler({ services, log }: { services: Services; log: Logger }): Handler {
  return withErrorResponse(log, async (request, response, info, headers) => {
    info.route = "shared file";
    if (request.method !== "GET" && request.method !== "HEAD") throw new AppError("METHOD_NOT_SUPPORTED");
    const { pathname, searchParams } = new URL(request.url ?? "", "http://server");
    const { token = "", path = "" } = sharedFilePattern.exec(pathname)?.groups ?? {};
    const file = await findSharedFileForRequest(services, {
      token,
      path: decodeParts(path),
      shareToken: searchParams.get("shareToken"),
    });
    await sendFile(services, {
      request,
      response,
      headers: {
        ...headers,
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex, nofollow, noarchive",
      },
      file,
      disposition: "shown",
    });
  });
}

/** @throws AppError NOT_FOUND if the path is malformed. */
function decodeParts(path: string): string {
  try {
    const text = decodeURIComponent(path);
    if (!text.includes("\0") && text.isWellFormed()) return text;
  } catch {
    // not UTF-8
  }
  throw new AppError("NOT_FOUND");
}
