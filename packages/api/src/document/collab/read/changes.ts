import type { ChangesInput, DocumentChange, PullOutput } from "@mdreader/contract";
import type { Sql } from "@mdreader/db";
import * as Y from "yjs";

import type { DocumentAccess } from "../../../access/authorize.ts";
import type { Services } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { resumableStream, type StreamSource } from "../../../realtime/stream.ts";
import { memoizeByIdentity } from "../../../util/memoize.ts";
import { subscribeDocument } from "../store/document-channel.ts";
import type { DocumentStore } from "../store/document-store.ts";
import { type LogEntry, readLog } from "../store/log.ts";

/**
 * The point at which a subscription resumes: after a sequence number, with the generation of the database if known; or
 * from a state vector. Null sends the whole document.
 */
export type ResumePoint =
  | { after: number; generation?: string | undefined }
  | { stateVector: Uint8Array | null };

/** Returns the resume point from the subscription's input. The last seen change takes precedence. */
export function toResumePoint({
  lastEventId,
  after,
  stateVector,
}: Pick<ChangesInput, "lastEventId" | "after" | "stateVector">): ResumePoint {
  const [seq, generation] = lastEventId?.split("-") ?? [];
  // Number 0 is the ID of a notice sent before any change.
  if (seq && seq !== "0") return { after: Number(seq), generation };
  if (after !== undefined) return { after };
  return { stateVector: stateVector === undefined ? null : Buffer.from(stateVector, "base64") };
}

/** Creates the event IDs from which subscribers resume. Each identifies a change and the generation of the database. */
export async function createChangeIds({ sequencePoller }: Pick<Services, "sequencePoller">) {
  const generation = await sequencePoller.generation();
  return ({ seq }: Pick<DocumentChange, "seq">): string => `${seq}-${generation}`;
}

/**
 * Streams the changes of a document from the resume point: each change once, in order, with its number. A deletion
 * ends the stream.
 *
 * @param sendDirectly As in `RequestInfo`.
 * @throws AppError RESYNC_REQUIRED when `after` is older than the retained log, newer than the document, or from
 *   another generation. Resume with a state vector in that case, which always works. NOT_FOUND when the document is
 *   deleted.
 */
export async function* streamChanges(
  {
    database,
    bus,
    sequencePoller,
    documents,
  }: Pick<Services, "database" | "bus" | "sequencePoller"> & {
    documents: DocumentStore;
  },
  { document }: DocumentAccess<"document.read">,
  beginning: ResumePoint,
  signal: AbortSignal,
  sendDirectly: (change: DocumentChange) => boolean = () => false,
): AsyncGenerator<DocumentChange, void> {
  const generation = await sequencePoller.generation();
  let after: number;
  if ("after" in beginning) {
    if ((beginning.generation ?? generation) !== generation) throw new AppError("RESYNC_REQUIRED");
    after = beginning.after;
  } else {
    const pulled = await pullDocument({ documents, sequencePoller }, document.id, beginning.stateVector);
    yield { type: "sync", ...pulled };
    after = pulled.seq;
  }
  const source: StreamSource<LogEntry> = {
    listen(onNews) {
      const stopListening = subscribeDocument(bus, document.id, onNews);
      const stopLooking = sequencePoller.follow("document", document.id, onNews);
      return () => {
        stopListening();
        stopLooking();
      };
    },
    async fetch(from) {
      const { entries, version } = await readLog(database.sql, document.id, from);
      if ((await sequencePoller.generation()) !== generation) throw new AppError("RESYNC_REQUIRED");
      if (version === null) throw new AppError("NOT_FOUND");
      return { items: entries, newest: version };
    },
    sizeOf: ({ update }) => update?.byteLength ?? 0,
    // Others may end the stream.
    sendDirectly: (entry) => entry.kind === "update" && sendDirectly(toDocumentChange(entry)),
  };
  for await (const entry of resumableStream(source, after, signal)) {
    yield toDocumentChange(entry);
    // Later entries are visible only to readers of the trash.
    if (entry.meta?.deleted === true && (await isDeleted(database.sql, document.id))) {
      throw new AppError("NOT_FOUND");
    }
  }
}

/** A subscriber that resumes from before a deletion that was undone reads past it. */
async function isDeleted(sql: Sql, documentId: string): Promise<boolean> {
  const [live] = await sql`select 1 from documents where id = ${documentId} and deleted_at is null`;
  return live === undefined;
}

/** Returns the updates that `stateVector` lacks, as one update, and the version of the document. */
export async function pullDocument(
  { documents, sequencePoller }: { documents: DocumentStore } & Pick<Services, "sequencePoller">,
  documentId: string,
  stateVector: Uint8Array | null,
): Promise<PullOutput> {
  const generation = await sequencePoller.generation();
  if (stateVector === null) {
    const { version, state } = await documents.encoded(documentId);
    return { seq: version, update: toBase64(state), generation };
  }
  return documents.read(documentId, (live) => ({
    seq: live.version,
    update: toBase64(encodeMissing(live.doc, stateVector)),
    stateVector: toBase64(Y.encodeStateVector(live.doc)),
    generation,
  }));
}

function encodeMissing(doc: Y.Doc, stateVector: Uint8Array): Uint8Array {
  try {
    return Y.encodeStateAsUpdate(doc, stateVector);
  } catch (cause) {
    throw new AppError("BAD_INPUT", { fieldErrors: { stateVector: ["isn't a state vector"] }, cause });
  }
}

/** Converts an entry, once for all readers. */
const toDocumentChange = memoizeByIdentity(convertEntry);

function convertEntry({ seq, update, meta, comment, authorId }: LogEntry): DocumentChange {
  if (update !== null) return { type: "update", seq, update: toBase64(update), authorId };
  if (meta !== null) return { type: "meta", seq, ...meta, authorId };
  if (comment !== null) return { type: "comment", seq, ...comment, authorId };
  throw new Error(`The log entry ${seq} is empty.`);
}

const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
