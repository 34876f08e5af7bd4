import type { Services } from "../../context.ts";
import type { Bus } from "../../ports.ts";
import type { News } from "../../realtime/stream.ts";
import type { LogEntry } from "./log.ts";

/** What has been committed to a document's log, as it is passed along to those who follow it. */

const channelOf = (documentId: string) => `document:${documentId}`;

type Sender = Pick<Services, "bus">;

/** Passes an update along. To be called after its commit. */
export function announceUpdate(
  { bus }: Sender,
  documentId: string,
  { seq, update, authorId }: { seq: number; update: Uint8Array; authorId: string },
): void {
  bus.publish(channelOf(documentId), { seq, update, authorId });
}

/** Says that there are entries up to a number. To be called after their commit. */
export function announceVersion({ bus }: Sender, documentId: string, seq: number): void {
  bus.publish(channelOf(documentId), { seq });
}

/** Listens for both, until the answer is called. */
export function onAnnounced(bus: Bus, documentId: string, heard: (news: News<LogEntry>) => void): () => void {
  return bus.subscribe(channelOf(documentId), ({ seq, update, authorId }) => {
    // A message that says nothing asks to look: some may have been lost.
    if (typeof seq !== "number") return heard({ upTo: Number.MAX_SAFE_INTEGER });
    if (update instanceof Uint8Array && typeof authorId === "string") {
      heard({ item: { seq, kind: "update", update, meta: null, comment: null, authorId } });
    } else heard({ upTo: seq });
  });
}
