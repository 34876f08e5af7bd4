import type { Database } from "@mdreader/db";

import type { Logger } from "../../ports.ts";
import type { SetTimer } from "../../util/set-timer.ts";
import type { DocumentStore } from "../collab/store/document-store.ts";
import { saveEditSession } from "./edit-session.ts";

/** Milliseconds between the departure of an editor, who may be reloading the page, and the end of the edit session. */
const graceMs = 2000;

/** Tracks the documents that are open for editing in this process. The edit session ends when the last editor leaves. */
export interface EditorTracker {
  /** Records that an editor opened a document. @returns A function to call when the editor leaves. */
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
  const editorCounts = new Map<string, number>();
  const cancelTimers = new Map<string, () => void>();
  const runningSaves = new Set<Promise<void>>();
  let isClosed = false;

  const end = (documentId: string) => {
    cancelTimers.delete(documentId);
    const work = saveEditSession(sql, store, documentId)
      .catch((error: unknown) => {
        // Nothing is lost: the sweep ends the edit session a little later.
        log.warn({ err: error, documentId }, "an edit session couldn't be saved as a version");
      })
      .finally(() => runningSaves.delete(work));
    runningSaves.add(work);
  };

  return {
    track(documentId) {
      cancelTimers.get(documentId)?.();
      cancelTimers.delete(documentId);
      editorCounts.set(documentId, (editorCounts.get(documentId) ?? 0) + 1);
      return () => {
        const remaining = (editorCounts.get(documentId) ?? 1) - 1;
        if (remaining > 0) editorCounts.set(documentId, remaining);
        else {
          editorCounts.delete(documentId);
          if (!isClosed)
            cancelTimers.set(
              documentId,
              schedule(() => end(documentId), graceMs),
            );
        }
      };
    },
    async close() {
      isClosed = true;
      for (const cancel of cancelTimers.values()) cancel();
      cancelTimers.clear();
      await Promise.all(runningSaves);
    },
  };
}
