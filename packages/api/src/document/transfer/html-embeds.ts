import type { DocumentRow } from "@mdreader/db";
import { embedLimits } from "@mdreader/markdown/embed-limits";
import type { PagePart } from "@mdreader/markdown/render";

import { checkResource } from "../../access/resource-checks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { readCurrentText } from "../read-text.ts";
import { escapeHtml, writeNote } from "./html-page.ts";

/** A document on a page. */
export interface PageDocument extends Pick<DocumentRow, "id" | "workspaceId" | "folderId"> {
  /** The IDs of the document and of the documents that embed it, which are not embedded again. */
  path: readonly string[];
}

type Embed = Extract<PagePart, { kind: "embed" }>;

/**
 * Writes an embedded document as a block, if the caller may export it, or a note in its place.
 * @param found The document, and the embed as a link, which leads to the document in the app; null if no document has its name.
 */
export type WriteEmbed = (
  embed: Embed,
  container: PageDocument,
  found: { id: string; link: string } | null,
) => Promise<string>;

/**
 * Creates a function for the embeds of one page. They have the limits of the app's reading view.
 * @param writeParts Writes the parts of an embedded document.
 */
export function createEmbedWriter(
  ctx: Context,
  userId: string,
  writeParts: (document: PageDocument, parts: readonly PagePart[]) => Promise<string>,
): WriteEmbed {
  let count = 0;
  let length = 0;

  const writeNoteBlock = (text: string) => `<p>${writeNote(text)}</p>`;

  return async ({ name, section }, container, found) => {
    if (found === null) return writeNoteBlock(`“${name}” wasn't found.`);
    if (container.path.length > embedLimits.maxDepth) return `<p>${found.link}</p>`;
    if (count >= embedLimits.maxCount)
      return writeNoteBlock(`“${name}” isn't shown because too many documents are embedded.`);
    if (container.path.includes(found.id)) return writeNoteBlock(`“${name}” is embedded in itself.`);
    const document = await readEmbeddedDocument(ctx, found.id);
    if (document === null) return writeNoteBlock(`“${name}” wasn't found.`);
    count += 1;
    const { row, content } = document;
    const writeBlock = (body: string) =>
      `<div class="embed" role="group" aria-label="${escapeHtml(`Embedded: ${row.title}`)}">` +
      `<p class="embed-title">${found.link}</p>\n${body}</div>`;
    if (length + content.length > embedLimits.maxLength)
      return writeBlock(writeNote("This document is too long to embed here."));
    length += content.length;
    const parts = await ctx.textWorkers.renderPage(userId, content, { section, idPrefix: `embed-${count}-` });
    if (parts === null) return writeBlock(writeNote(`“${row.title}” has no such heading.`));
    const { id, workspaceId, folderId } = row;
    return writeBlock(await writeParts({ id, workspaceId, folderId, path: [...container.path, id] }, parts));
  };
}

/** Reads a document; null if it no longer exists, the caller may not export it, or it can't be read. */
async function readEmbeddedDocument(ctx: Context, id: string) {
  try {
    const { document } = await checkResource(ctx, "document", "document.export", id).require();
    return { row: document, content: (await readCurrentText(ctx, document)).content };
  } catch (error) {
    if (error instanceof AppError && (error.reason === "NOT_FOUND" || error.reason === "DOCUMENT_DAMAGED"))
      return null;
    throw error;
  }
}
