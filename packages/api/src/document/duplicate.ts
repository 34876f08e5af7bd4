import { type Document, maxNameLength } from "@mdreader/contract";

import type { DocumentAccess } from "../access/authorize.ts";
import { workspaceGate } from "../access/gate.ts";
import type { Context } from "../context.ts";
import { copyFilesOf } from "../file/attachments.ts";
import { createDocument } from "./create.ts";
import { markdownOf } from "./live/live-document.ts";

const suffix = " (copy)";

/** Makes a new document of another one's text as it is now, and its attachments, beside it unless said otherwise. */
export async function duplicateDocument(
  ctx: Context,
  { document, workspaceId }: DocumentAccess<"document.duplicate">,
  {
    title,
    folderId = document.folderId,
  }: { title?: string | undefined; folderId?: string | null | undefined },
): Promise<Document> {
  const access = await workspaceGate(ctx, "document.create", workspaceId).pass();
  const content = await ctx.documents.read(document.id, markdownOf);
  return createDocument(
    ctx,
    access,
    { title: title ?? titleOfCopy(document.title), content, folderId, language: document.language },
    "created",
    (tx, copy) => copyFilesOf(tx, document.id, copy),
  );
}

/** Cut by characters, so that none is cut in two. */
function titleOfCopy(title: string): string {
  let room = maxNameLength - suffix.length;
  let kept = "";
  for (const character of title) {
    room -= character.length;
    if (room < 0) break;
    kept += character;
  }
  return kept.trimEnd() + suffix;
}
