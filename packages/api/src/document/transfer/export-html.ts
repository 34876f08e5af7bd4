import type { HtmlExportLink } from "@mdreader/contract";

import type { DocumentAccess } from "../../access/authorize.ts";
import { requireCredential } from "../../access/identity.ts";
import { requireWithTimeout } from "../../access/require-with-timeout.ts";
import { checkResource } from "../../access/resource-checks.ts";
import type { Context } from "../../context.ts";
import { createFairQueue } from "../../util/fair-queue.ts";
import { readCurrentText } from "../read-text.ts";
import { writePage } from "./html-page.ts";
import { createPartWriter } from "./html-parts.ts";

/** Few pages are written at once, because each is in memory with its images. */
const runQueued = createFairQueue({
  concurrency: 2,
  maxWaiting: 100,
  maxWaitingPerOwner: 10,
  maxWaitMs: 30_000,
  retryAfterSeconds: 5,
});

/** Returns the URL of a document's page. */
export async function createHtmlExportUrl(
  ctx: Context,
  { document: { id } }: DocumentAccess<"document.export">,
): Promise<HtmlExportLink> {
  const { token, expiresAt } = await ctx.linkSigner.sign("document", id, requireCredential(ctx));
  return { url: `/files/documents/${id}?token=${token}`, expiresAt };
}

/** Authorizes the export of a document for routes without a procedure. @throws AppError as the access check. */
export function authorizeHtmlExport(ctx: Context, id: string): Promise<DocumentAccess<"document.export">> {
  return requireWithTimeout(ctx, checkResource(ctx, "document", "document.export", id));
}

/**
 * Exports a document as one HTML page without scripts, with its images and the documents that it embeds.
 *
 * @throws AppError UNAVAILABLE when too many exports wait, or rendering takes too long; RATE_LIMITED;
 *   DOCUMENT_DAMAGED.
 */
export function exportHtml(ctx: Context, access: DocumentAccess<"document.export">): Promise<string> {
  return runQueued({ owner: access.caller.userId }, () => writeHtmlDocument(ctx, access));
}

async function writeHtmlDocument(
  ctx: Context,
  { document, caller }: DocumentAccess<"document.export">,
): Promise<string> {
  const { content } = await readCurrentText(ctx, document);
  const parts = (await ctx.textWorkers.renderPage(caller.userId, content)) ?? [];
  const { id, workspaceId, folderId } = document;
  const writeParts = createPartWriter(ctx, caller.userId);
  const body = await writeParts({ id, workspaceId, folderId, path: [id] }, parts);
  return writePage(document.title, body);
}
