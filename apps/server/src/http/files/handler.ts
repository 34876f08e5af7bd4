import type { IncomingMessage } from "node:http";

import { AppError, authenticate, type Context, type LinkPurpose, type Services } from "@mdreader/api";
import type { Logger } from "pino";

import type { MemoryBudgets } from "../../flow-control/memory-budgets.ts";
import type { Handler } from "../handler.ts";
import { readBearerToken } from "../request/bearer-token.ts";
import type { RequestInfo } from "../request/request-info.ts";
import { answerDownload } from "./download.ts";
import type { FileRequest } from "./file-request.ts";
import { answerAccountExport, answerExport, answerHtmlExport, answerImport } from "./transfer.ts";
import { answerUpload } from "./upload.ts";
import { withErrorResponse } from "./with-error-response.ts";

export interface FilesOptions {
  services: Services;
  log: Logger;
  budgets: MemoryBudgets;
}

const path =
  /^\/files\/(?:(?<kind>uploads|imports|exports|documents|accounts)\/)?(?<id>[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/;

/** The routes below `/files`, with the purpose that a signed link must have. */
const kinds: Record<string, Kind> & { files: Kind } = {
  files: { purpose: "file", answer: answerDownload },
  uploads: { purpose: "upload", answer: answerUpload },
  imports: { purpose: "upload", answer: answerImport },
  exports: { purpose: "export", answer: answerExport },
  documents: { purpose: "document", answer: answerHtmlExport },
  accounts: { purpose: "account", answer: answerAccountExport, needsLink: true },
};

interface Kind {
  purpose: LinkPurpose;
  answer: (asked: FileRequest) => Promise<void>;
  /** Whether a signed link is required, because its creation needed more than a session. */
  needsLink?: true;
}

/**
 * Uploads and downloads files. They are plain streams, because procedures would buffer them in memory. Access is
 * checked as in any call. The token of a signed link can replace the authorization header.
 */
export function createFilesHandler({ services, log, budgets }: FilesOptions): Handler {
  return withErrorResponse(log, async (request, response, info, headers) => {
    const url = new URL(request.url ?? "", "http://server");
    const named = path.exec(url.pathname)?.groups;
    if (named?.["id"] === undefined) throw new AppError("NOT_FOUND");
    const { purpose, answer, needsLink } = kinds[named["kind"] ?? "files"] ?? kinds["files"];
    if (needsLink === true && !url.searchParams.has("token")) throw new AppError("LINK_INVALID");
    info.route = `files ${named["kind"] ?? "download"}`;
    const ctx = await createContext(services, request, info, purpose, named["id"], url.searchParams);
    await answer({ request, response, headers, query: url.searchParams, id: named["id"], ctx, budgets });
  });
}

async function createContext(
  services: Services,
  request: IncomingMessage,
  { id: requestId, ipAddress, userAgent }: RequestInfo,
  purpose: LinkPurpose,
  id: string,
  query: URLSearchParams,
): Promise<Context> {
  const token = query.get("token");
  const credential =
    token === null
      ? await authenticate(services, readBearerToken(request))
      : await services.linkSigner.verify(purpose, id, token);
  if (credential === null) throw new AppError("LINK_INVALID");
  return { ...services, credential, request: { id: requestId, ipAddress, userAgent, refreshCookie: null } };
}
