import type { WorkspaceEdits } from "@mdreader/contract";

import type { Bus } from "../../../ports.ts";
import type { SetTimer } from "../../../util/set-timer.ts";
import { createSignal } from "../../../util/signal.ts";

/**
 * Which documents of a workspace are being edited, for those who keep copies of many: they can't follow each. It tells
 * versions and no text, a few times a second however fast people type.
 */
export interface EditNotifier {
  /** Is to be told of each change of a document's log. */
  notify(documentId: string, workspaceId: string, version: number): void;
}

/** Milliseconds for which the edits of one document are gathered. */
const batchDelayMs = 200;

export function createEditNotifier(bus: Bus, schedule: SetTimer): EditNotifier {
  /** The newest version of each document that is still to be told. */
  const gathered = new Map<string, number>();
  return {
    notify(documentId, workspaceId, version) {
      const isWaiting = gathered.has(documentId);
      gathered.set(documentId, version);
      if (isWaiting) return;
      schedule(() => {
        bus.publish(editChannel(workspaceId), { documentId, version: gathered.get(documentId) ?? version });
        gathered.delete(documentId);
      }, batchDelayMs);
    },
  };
}

/** The edits from now on. A reader that is slow gets the newest version of each document, and not all in between. */
export async function* streamEdits(
  bus: Bus,
  workspaceId: string,
  signal: AbortSignal,
): AsyncGenerator<WorkspaceEdits, void> {
  const versions = new Map<string, number>();
  let missed = false;
  using bell = createSignal(signal);
  const stop = bus.subscribe(editChannel(workspaceId), ({ documentId, version }) => {
    if (typeof documentId === "string" && typeof version === "number") versions.set(documentId, version);
    // A message that says nothing asks to look: some may have been lost.
    else missed = true;
    bell.notify();
  });
  try {
    // Said at once, so that who reads knows that from here on nothing is missed.
    yield { missed: true, documents: [] };
    while (!signal.aborted) {
      if (versions.size > 0 || missed) {
        const documents = [...versions].map(([id, version]) => ({ id, version }));
        const edits = { missed, documents };
        versions.clear();
        missed = false;
        yield edits;
      } else await bell.wait();
    }
  } finally {
    stop();
  }
}

const editChannel = (workspaceId: string) => `edits:${workspaceId}`;
