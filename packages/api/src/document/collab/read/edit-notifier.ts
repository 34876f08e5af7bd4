import type { WorkspaceEdits } from "@mdreader/contract";

import type { Bus } from "../../../ports.ts";
import type { SetTimer } from "../../../util/set-timer.ts";
import { createSignal } from "../../../util/signal.ts";

/**
 * Announces which documents of a workspace are being edited, for clients that mirror many documents and cannot
 * subscribe to each one. It sends versions without text, a few times a second however fast people type.
 */
export interface EditNotifier {
  /** Records an edit. Call it after each change of a document's log. */
  notify(documentId: string, workspaceId: string, version: number): void;
}

/** Milliseconds for which the edits of a document are batched. */
const batchDelayMs = 200;

export function createEditNotifier(bus: Bus, schedule: SetTimer): EditNotifier {
  /** The newest version of each document that is not announced yet. */
  const pending = new Map<string, number>();
  return {
    notify(documentId, workspaceId, version) {
      const isWaiting = pending.has(documentId);
      pending.set(documentId, version);
      if (isWaiting) return;
      schedule(() => {
        bus.publish(editChannel(workspaceId), { documentId, version: pending.get(documentId) ?? version });
        pending.delete(documentId);
      }, batchDelayMs);
    },
  };
}

/**
 * Streams edits from now on. A slow reader receives the newest version of each document and skips intermediate
 * ones.
 */
export async function* streamEdits(
  bus: Bus,
  workspaceId: string,
  signal: AbortSignal,
): AsyncGenerator<WorkspaceEdits, void> {
  const versions = new Map<string, number>();
  let missed = false;
  using updateSignal = createSignal(signal);
  const stop = bus.subscribe(editChannel(workspaceId), ({ documentId, version }) => {
    if (typeof documentId === "string" && typeof version === "number") versions.set(documentId, version);
    // An invalid message requests a check, because messages may have been lost.
    else missed = true;
    updateSignal.notify();
  });
  try {
    // Sent immediately, so that the reader knows that no edit is missed from here on.
    yield { missed: true, documents: [] };
    while (!signal.aborted) {
      if (versions.size > 0 || missed) {
        const documents = [...versions].map(([id, version]) => ({ id, version }));
        const edits = { missed, documents };
        versions.clear();
        missed = false;
        yield edits;
      } else await updateSignal.wait();
    }
  } finally {
    stop();
  }
}

const editChannel = (workspaceId: string) => `edits:${workspaceId}`;
