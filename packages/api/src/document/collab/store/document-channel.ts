import type { DocumentRow } from "@mdreader/db";

import { publishDocumentDeleted } from "../../../access/monitor/access-changes.ts";
import type { Bus, BusMessage, Ports } from "../../../ports.ts";
import type { StreamUpdate } from "../../../realtime/stream.ts";
import { memoizeByIdentity } from "../../../util/memoize.ts";
import type { LogEntry } from "./log.ts";

/** A committed change of a document's log, as published to subscribers. */

const documentChannel = (documentId: string) => `document:${documentId}`;

type PublishPorts = Pick<Ports, "bus">;

/** Publishes an update. Call it after its commit. */
export function publishUpdate(
  { bus }: PublishPorts,
  documentId: string,
  { seq, update, authorId }: { seq: number; update: Uint8Array; authorId: string },
): void {
  bus.publish(documentChannel(documentId), { seq, update, authorId });
}

/** The metadata of a document after a change. */
type ChangedDocument = Pick<
  DocumentRow,
  "id" | "workspaceId" | "version" | "title" | "folderId" | "deletedAt" | "updatedBy"
>;

/**
 * Publishes the changed metadata of a document, and notifies its viewers if it was deleted. Call it after the
 * commit.
 */
export function publishMeta(sender: PublishPorts, document: ChangedDocument): void {
  const { id, workspaceId, version: seq, title, folderId, updatedBy: authorId } = document;
  const deleted = document.deletedAt !== null;
  sender.bus.publish(documentChannel(id), { seq, title, folderId, deleted, authorId });
  if (deleted) publishDocumentDeleted(sender, workspaceId, id);
}

/** Announces entries up to a number, which subscribers read from the log. Call it after their commit. */
export function publishVersion({ bus }: PublishPorts, documentId: string, seq: number): void {
  bus.publish(documentChannel(documentId), { seq });
}

/** Subscribes to the changes of a document. @returns A function that unsubscribes. */
export function subscribeDocument(
  bus: Bus,
  documentId: string,
  heard: (news: StreamUpdate<LogEntry>) => void,
): () => void {
  return bus.subscribe(documentChannel(documentId), (message) => heard(toNews(message)));
}

/** Converts a message, once for all subscribers. */
const toNews = memoizeByIdentity((message: BusMessage): StreamUpdate<LogEntry> => {
  const { seq, update, authorId, title, folderId, deleted } = message;
  // An invalid message requests a check, because messages may have been lost.
  if (typeof seq !== "number") return { upTo: Number.MAX_SAFE_INTEGER };
  const author = typeof authorId === "string" ? authorId : null;
  if (update instanceof Uint8Array) {
    return { item: { seq, kind: "update", update, meta: null, comment: null, authorId: author } };
  }
  if (typeof title === "string" && typeof deleted === "boolean") {
    const meta = { title, folderId: typeof folderId === "string" ? folderId : null, deleted };
    return { item: { seq, kind: "meta", update: null, meta, comment: null, authorId: author } };
  }
  return { upTo: seq };
});
