import { type Document, maxNameLength } from "@mdreader/contract";

import type { DocumentAccess } from "../access/authorize.ts";
import { checkWorkspace } from "../access/resource-checks.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { copyAttachments } from "../file/attachments.ts";
import { readMarkdown } from "./collab/store/live-document.ts";
import { createDocuments } from "./create.ts";

const suffix = " (copy)";

/** Creates a copy of a document's current text and its attachments, in the same folder by default. */
export async function duplicateDocument(
  ctx: Context,
  { document, workspaceId }: DocumentAccess<"document.duplicate">,
  {
    title,
    folderId = document.folderId,
  }: { title?: string | undefined; folderId?: string | null | undefined },
): Promise<Document> {
  const access = await checkWorkspace(ctx, "document.create", workspaceId).require();
  const content = await ctx.documents.read(document.id, readMarkdown);
  const draft = { title: title ?? toCopyTitle(document.title), content, language: document.language };
  const [copy] = await createDocuments(ctx, access, [draft], {
    folderId,
    withinTransaction: (tx, row) => copyAttachments(tx, document.id, row),
  });
  if (copy === undefined) throw new AppError("INTERNAL");
  return copy;
}

/** Appends the suffix to a title. Long titles are cut between code points. */
function toCopyTitle(title: string): string {
  let remainingLength = maxNameLength - suffix.length;
  let shortened = "";
  for (const character of title) {
    remainingLength -= character.length;
    if (remainingLength < 0) break;
    shortened += character;
  }
  return shortened.trimEnd() + suffix;
}
