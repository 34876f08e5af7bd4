import type { DocumentRow } from "@mdreader/db";

import { publishDocumentDeleted } from "../../../access/revocation.ts";
import type { Services } from "../../../context.ts";
import type { Bus } from "../../../ports.ts";
import type { StreamUpdate } from "../../../realtime/stream.ts";
import type { LogEntry } from "./log.ts";

/** What has been committed to a document's log, as it is passed along to those who follow it. */

const documentChannel = (documentId: string) => `document:${documentId}`;

type PublishPorts = Pick<Services, "bus">;

/** Passes an update along. To be called after its commit. */
export function publishUpdate(
  { bus }: PublishPorts,
  documentId: string,
  { seq, update, authorId }: { seq: number; update: Uint8Array; authorId: string },
): void {
  bus.publish(documentChannel(documentId), { seq, update, authorId });
}

/** What has become of a document by a change of what is around its text. */
type ChangedDocument = Pick<
  DocumentRow,
  "id" | "workspaceId" | "version" | "title" | "folderId" | "deletedAt" | "updatedBy"
>;

/**
 * Passes along what has become of a document by a change of what is around its text, and tells those who are in it where
 * it was deleted. To be called after its commit.
 */
export function publishMeta(sender: PublishPorts, document: ChangedDocument): void {
  const { id, workspaceId, version: seq, title, folderId, updatedBy: authorId } = document;
  const deleted = document.deletedAt !== null;
  sender.bus.publish(documentChannel(id), { seq, title, folderId, deleted, authorId });
  if (deleted) publishDocumentDeleted(sender, workspaceId, id);
}

/** Says that there are entries up to a number, which those who follow read for themselves. To be called after their commit. */
export function publishVersion({ bus }: PublishPorts, documentId: string, seq: number): void {
  bus.publish(documentChannel(documentId), { seq });
}

/** Listens for all of it, until the answer is called. */
export function subscribeDocument(
  bus: Bus,
  documentId: string,
  heard: (news: StreamUpdate<LogEntry>) => void,
): () => void {
  return bus.subscribe(documentChannel(documentId), (message) => {
    const { seq, update, authorId, title, folderId, deleted } = message;
    // A message that says nothing asks to look: some may have been lost.
    if (typeof seq !== "number") return heard({ upTo: Number.MAX_SAFE_INTEGER });
    const author = typeof authorId === "string" ? authorId : null;
    if (update instanceof Uint8Array) {
      heard({ item: { seq, kind: "update", update, meta: null, comment: null, authorId: author } });
    } else if (typeof title === "string" && typeof deleted === "boolean") {
      const meta = { title, folderId: typeof folderId === "string" ? folderId : null, deleted };
      heard({ item: { seq, kind: "meta", update: null, meta, comment: null, authorId: author } });
    } else heard({ upTo: seq });
  });
}
