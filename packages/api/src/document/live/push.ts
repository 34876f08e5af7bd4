import { setTimeout as delay } from "node:timers/promises";

import { checkUpdate, textOf, type UpdateProblem } from "@mdreader/collab";
import { fitsDocument, maxDocumentBytes, type Reason } from "@mdreader/contract";
import * as Y from "yjs";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Caller, Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { announceUpdate } from "./announce.ts";
import { bytesPerUnit, clocksOf, countBytes, type LiveDocument } from "./live-document.ts";
import type { editing, NewUpdate } from "./log.ts";
import { createPacing } from "./pacing.ts";
import type { Workshop } from "./workshop.ts";

const reasonOf: Record<UpdateProblem, Reason> = {
  empty: "BAD_UPDATE",
  malformed: "BAD_UPDATE",
  foreignClient: "FOREIGN_CLIENT_ID",
  gap: "UPDATE_GAP",
};

/** An update that waits for its commit. */
interface Waiting extends NewUpdate {
  caller: Caller;
  resolve(seq: number): void;
  reject(error: unknown): void;
}

export interface Pusher {
  /**
   * Appends an update of a live editor, with all others of that document that wait at that moment, in one transaction.
   * @returns Its number, once it is committed.
   * @throws AppError BAD_UPDATE, FOREIGN_CLIENT_ID, UPDATE_GAP, DOCUMENT_TOO_LARGE; NOT_FOUND or ROLE_TOO_LOW when the
   *   access was lost meanwhile. Then nothing of it was written.
   */
  push(access: DocumentAccess<typeof editing>, update: Uint8Array): Promise<number>;
}

/** What is committed together: so many updates, and so many bytes of them; one that is larger goes alone. */
const maxBatch = { updates: 500, bytes: 4 * 1024 * 1024 };

/** Bytes of updates of all documents that may wait: while the database says nothing, no more are taken in. */
const maxWaitingBytes = 128 * 1024 * 1024;

/**
 * Group commit: while one batch is being committed, the next one gathers. An update waits for nothing else, unless a
 * crowd types in its document.
 */
export function createPusher(services: Pick<Services, "bus">, workshop: Workshop): Pusher {
  const waiting = new Map<string, Waiting[]>();
  const pacing = createPacing(() => performance.now());
  let waitingBytes = 0;

  const commit = async (documentId: string, gathered: Waiting[]): Promise<void> => {
    while (gathered.length > 0) {
      const pause = pacing.pause(documentId);
      if (pause > 0) await delay(pause);
      const batch = gathered.splice(0, batchOf(gathered));
      pacing.begun(documentId);
      pacing.wrote(documentId, await commitBatch(services, workshop, documentId, batch));
      for (const { update } of batch) waitingBytes -= update.byteLength;
    }
    waiting.delete(documentId);
  };

  return {
    push: ({ document, caller }, update) =>
      new Promise((resolve, reject) => {
        if (waitingBytes + update.byteLength > maxWaitingBytes) {
          return reject(new AppError("UNAVAILABLE", { retryAfter: 1 }));
        }
        waitingBytes += update.byteLength;
        const { userId: authorId, tool } = caller;
        const entry = { update, caller, authorId, tool, resolve, reject };
        const gathering = waiting.get(document.id);
        if (gathering !== undefined) return void gathering.push(entry);
        const gathered = [entry];
        waiting.set(document.id, gathered);
        void commit(document.id, gathered);
      }),
  };
}

/** How many of the first ones go together. */
function batchOf(gathered: readonly Waiting[]): number {
  let bytes = 0;
  const over = gathered.findIndex(({ update }) => (bytes += update.byteLength) > maxBatch.bytes);
  return Math.min(maxBatch.updates, over === -1 ? gathered.length : Math.max(1, over));
}

/** Commits what fits of a batch, and answers all of it. @returns The client ids under which something was written. */
async function commitBatch(
  services: Pick<Services, "bus">,
  workshop: Workshop,
  documentId: string,
  batch: readonly Waiting[],
): Promise<ReadonlySet<number>> {
  let clientIds: ReadonlySet<number> = new Set();
  let accepted: readonly Waiting[] = [];
  let refused = new Map<Waiting, AppError>();
  try {
    const { from } = await workshop.write(documentId, (live) => {
      const plan = planBatch(live, batch);
      ({ accepted, refused, clientIds } = plan);
      return { updates: accepted, claims: plan.claims, callers: accepted.map(({ caller }) => caller) };
    });
    accepted.forEach(({ update, authorId, resolve }, index) => {
      const seq = from + 1 + index;
      announceUpdate(services, documentId, { seq, update, authorId });
      resolve(seq);
    });
    for (const [entry, error] of refused) entry.reject(error);
    return clientIds;
  } catch (error) {
    // One author who was put out must not cost the others their edits: each is tried by itself.
    const together = error instanceof AppError && error.reason === "NOT_FOUND" && batch.length > 1;
    if (together) for (const entry of batch) await commitBatch(services, workshop, documentId, [entry]);
    else for (const { reject } of batch) reject(error);
    return new Set();
  }
}

/** Tells the updates that fit, each on top of those before it, from those that don't. */
function planBatch(live: LiveDocument, batch: readonly Waiting[]) {
  const clocks = clocksOf(live);
  const claims = new Map<number, string>();
  const refused = new Map<Waiting, AppError>();
  const accepted: Waiting[] = [];
  const clientIds = new Set<number>();
  let inserted = 0;
  let trials = 0;
  for (const entry of batch) {
    const ownerOf = (clientId: number) =>
      claims.get(clientId) ?? (live.owners.has(clientId) ? live.owners.get(clientId) : entry.authorId);
    const checked = checkUpdate(entry.update, {
      state: clocks,
      owns: (id) => ownerOf(id) === entry.authorId,
    });
    if (!checked.ok) {
      refused.set(entry, new AppError(reasonOf[checked.problem]));
      continue;
    }
    const surely = surelyFits(live, inserted + checked.inserted);
    if (!surely && ++trials > maxTrials) {
      refused.set(entry, new AppError("UNAVAILABLE", { retryAfter: 1 }));
    } else if (!surely && !fits(live, [...accepted, entry])) {
      refused.set(entry, new AppError("DOCUMENT_TOO_LARGE"));
    } else {
      inserted += checked.inserted;
      for (const [clientId, clock] of checked.state) clocks.set(clientId, clock);
      for (const clientId of checked.clientIds) {
        clientIds.add(clientId);
        if (!live.owners.has(clientId)) claims.set(clientId, entry.authorId);
      }
      accepted.push(entry);
    }
  }
  return { accepted, refused, claims, clientIds };
}

/** Near the limit, how many updates of a batch are tried out: each costs a copy of the document. */
const maxTrials = 10;

/** Whether the document stays within its size however its new characters are written. It is counted only when it may not. */
function surelyFits(live: LiveDocument, inserted: number): boolean {
  const added = inserted * bytesPerUnit;
  if (added === 0 || live.bytesAtMost + added <= maxDocumentBytes) return true;
  return countBytes(live) + added <= maxDocumentBytes;
}

/** Whether what comes of the updates is within the size: they may take away what they add. */
function fits(live: LiveDocument, updates: readonly NewUpdate[]): boolean {
  const after = new Y.Doc();
  Y.applyUpdate(after, Y.encodeStateAsUpdate(live.doc));
  for (const { update } of updates) Y.applyUpdate(after, update);
  return fitsDocument(textOf(after).toJSON());
}
