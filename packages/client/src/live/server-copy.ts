import { createYDoc } from "@mdreader/collab";
import * as Y from "yjs";

import type { Client } from "../client.ts";
import { overSocket } from "../via-web-socket.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { findPermanentReason } from "./failures.ts";
import { RemoteChange } from "./live-document.ts";
import type { Outbox } from "./outbox.ts";
import { adoptServerState, restoreKnownText, compareCopies } from "./reconcile.ts";
import { readClocks, type Clocks, encodeOwnDifference } from "./structs.ts";

/** The whole document as stored on the server. */
interface ServerDocument {
  seq: number;
  generation: string | undefined;
  update: Uint8Array;
}

/** The calls that keep a local copy in sync with the server's. */
export interface ServerCopy {
  push(update: Uint8Array): Promise<number>;
  pull(): Promise<ServerDocument>;
  /** Merges a text that was based on a version. Identical calls of several windows take effect once. */
  applyText(baseVersion: number, text: string): Promise<void>;
}

export function createServerCopy(client: Client, id: string): ServerCopy {
  return {
    async push(update) {
      const { seq } = await client.document.push.mutate({ id, update: toBase64(update) }, overSocket());
      return seq;
    },
    async pull() {
      const { seq, update, generation } = await client.document.pull.query({ id }, overSocket());
      return { seq, generation, update: fromBase64(update) };
    },
    async applyText(baseVersion, text) {
      await client.document.applyText.mutate({ id, baseVersion, text: text.toWellFormed() }, overSocket());
    },
  };
}

/** The clocks that the server is known to have: those of the copy, without unacknowledged edits. */
export function toKnownClocks(doc: Y.Doc, unsent: Clocks): Clocks {
  return new Map(
    [...readClocks(doc)].map(([client, clock]) => [client, Math.min(clock, unsent.get(client) ?? clock)]),
  );
}

/** Whether the server lacks anything that it was known to have. */
export const isBeyond = (known: Clocks, server: Clocks): boolean =>
  [...known].some(([client, clock]) => clock > (server.get(client) ?? 0));

/** Whether the document has updates that depend on missing ones. */
export const isIncomplete = ({ store }: Y.Doc) => store.pendingStructs !== null || store.pendingDs !== null;

/** Finds the local edits that the server lacks. @returns Null if the server lacks edits that it was known to have. */
export async function findDifference(
  server: ServerCopy,
  {
    doc,
    ownClientIds,
    outbox,
  }: { doc: Y.Doc; ownClientIds: ReadonlySet<number>; outbox: Pick<Outbox, "unsent"> },
): Promise<{ seq: number; update: Uint8Array | null } | null> {
  const { seq, update } = await server.pull();
  const clocks = Y.decodeStateVector(Y.encodeStateVectorFromUpdate(update));
  if (isBeyond(toKnownClocks(doc, outbox.unsent()), clocks)) return null;
  Y.applyUpdate(doc, update, new RemoteChange(seq, null));
  if (isIncomplete(doc)) return null;
  return {
    seq,
    update: encodeOwnDifference(doc, ownClientIds, { clocks, removed: Y.decodeUpdate(update).ds }),
  };
}

/** The result of reconciling a copy with the server's. */
export interface ReconcileResult extends ServerDocument {
  /** Whether the copy was replaced with the server's. */
  isReplaced: boolean;
  /** Whether the server lacks edits that it had acknowledged. */
  isPastLost: boolean;
}

/**
 * Reconciles a copy with the server's. If the server lacks edits that it had acknowledged, it merges the text of this copy
 * into its own, one window after another, so that edits that several windows have are restored once. The same applies to
 * unsent edits, because windows with a shared store have the same ones. Only edits made meanwhile, and those that the
 * server rejects, become new edits under an unused client ID.
 *
 * @param known The newest version that the server has reported.
 * @param isForeign Whether the server reported that a client ID of the unsent edits belongs to another user.
 */
export async function reconcileCopy(
  server: ServerCopy,
  {
    doc,
    outbox,
    known,
    isForeign,
  }: {
    doc: Y.Doc;
    outbox: Pick<Outbox, "isEmpty" | "unsent" | "replace">;
    known: number;
    isForeign: boolean;
  },
): Promise<ReconcileResult> {
  let pulled = await server.pull();
  const text = doc.getText("content");
  const compared = compareCopies(doc, createYDoc([pulled.update]), outbox.unsent());
  const isPastLost = compared.isBeyond || pulled.seq < known;
  if (!isPastLost && !isForeign) {
    Y.applyUpdate(doc, pulled.update, new RemoteChange(pulled.seq, null));
    // Removals that the server has lost only show in the text.
    const isAlike = !outbox.isEmpty || text.toJSON() === compared.theirs;
    if (isAlike && !isIncomplete(doc)) return { ...pulled, isReplaced: false, isPastLost };
  }
  let base = compared.mine;
  const wanted = restoreKnownText(compared);
  if (wanted !== compared.theirs) {
    try {
      await server.applyText(pulled.seq, wanted);
      pulled = await server.pull();
    } catch (error) {
      const reason = findPermanentReason(error);
      if (reason === null) throw error;
      // The server rejects the merge, so it stays here as an unsent edit. A reader has no edits to keep.
      if (reason !== "ROLE_TOO_LOW" || !outbox.isEmpty) ({ base } = compared);
    }
  }
  outbox.replace(() => adoptServerState(doc, pulled.update, base, new RemoteChange(pulled.seq, null)));
  return { ...pulled, isReplaced: true, isPastLost };
}
