import type { Database } from "@mdreader/db";

import type { Logger } from "../../ports.ts";
import type { SetTimer } from "../../util/set-timer.ts";
import type { DocumentStore } from "../collab/store/document-store.ts";
import { saveEditSession } from "./edit-session.ts";

/** Milliseconds after which someone who left has left for good, and is not just reloading the page. */
const graceMs = 2000;

/** Who has documents open for editing through this process: when the last one leaves, the spell is over. */
export interface EditorTracker {
  /** Someone opens a document. The answer is to be called when they leave it. */
  track(documentId: string): () => void;
  /** Ends what is under way. Who leaves because the server stops is not leaving: they come back to another. */
  close(): Promise<void>;
}

export function createEditorTracker(
  { sql }: Pick<Database, "sql">,
  store: DocumentStore,
  log: Logger,
  schedule: SetTimer,
): EditorTracker {
  const present = new Map<string, number>();
  const leaving = new Map<string, () => void>();
  const running = new Set<Promise<void>>();
  let closed = false;

  const end = (documentId: string) => {
    leaving.delete(documentId);
    const work = saveEditSession(sql, store, documentId)
      .catch((error: unknown) => {
        // Nothing is lost: the sweep ends it a little later.
        log.warn(
          { err: error, documentId },
          "what was typed into a document could not be saved as a version",
        );
      })
      .finally(() => running.delete(work));
    running.add(work);
  };

  return {
    track(documentId) {
      leaving.get(documentId)?.();
      leaving.delete(documentId);
      present.set(documentId, (present.get(documentId) ?? 0) + 1);
      return () => {
        const others = (present.get(documentId) ?? 1) - 1;
        if (others > 0) present.set(documentId, others);
        else {
          present.delete(documentId);
          if (!closed)
            leaving.set(
              documentId,
              schedule(() => end(documentId), graceMs),
            );
        }
      };
    },
    async close() {
      closed = true;
      for (const cancel of leaving.values()) cancel();
      leaving.clear();
      await Promise.all(running);
    },
  };
}
