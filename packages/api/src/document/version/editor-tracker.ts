import type { Database } from "@mdreader/db";

import type { Logger } from "../../ports.ts";
import type { SetTimer } from "../../util/set-timer.ts";
import type { DocumentStore } from "../collab/store/document-store.ts";
import { saveEditSession } from "./edit-session.ts";

/** Grace period in milliseconds after an editor leaves, because they may be reloading the page. */
const graceMs = 2000;

/** Tracks who has documents open for editing in this process. The edit session ends when the last editor leaves. */
export interface EditorTracker {
  /** Records that an editor opens a document. @returns A function to call when they leave. */
  track(documentId: string): () => void;
  /**
   * Waits for running saves. Editors who disconnect because the server stops do not count as leaving: they
   * reconnect to another server.
   */
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
        // Nothing is lost: the sweep ends the edit session a little later.
        log.warn({ err: error, documentId }, "an edit session couldn't be saved as a version");
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
