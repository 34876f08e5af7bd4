import { createYDoc } from "@mdreader/collab";
import * as Y from "yjs";

import type { Client } from "../client.ts";
import { overSocket } from "../via-web-socket.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { permanentReason } from "./failures.ts";
import { RemoteChange } from "./live-document.ts";
import type { Outbox } from "./outbox.ts";
import { adoptServerState, restoreKnownText, compareCopies } from "./reconcile.ts";
import { stateVector, type Clocks, encodeOwnDifference } from "./structs.ts";

/** All of a document as the server has it. */
interface ServerDocument {
  seq: number;
  generation: string | undefined;
  update: Uint8Array;
}

/** The calls by which a copy of a document is kept alike with the server's. */
export interface ServerCopy {
  push(update: Uint8Array): Promise<number>;
  pull(): Promise<ServerDocument>;
  /** Merges what was made of the text at a version, once for all who make the same of it. */
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

/** How far the server is known to have come: all that the copy holds, but for edits that it has not acknowledged. */
export function toKnownClocks(doc: Y.Doc, unsent: Clocks): Clocks {
  return new Map(
    [...stateVector(doc)].map(([client, clock]) => [client, Math.min(clock, unsent.get(client) ?? clock)]),
  );
}

/** Whether the server was known to have what it lacks. */
export const isBeyond = (known: Clocks, server: Clocks): boolean =>
  [...known].some(([client, clock]) => clock > (server.get(client) ?? 0));

/** Whether it waits for something that it builds on. */
export const isIncomplete = ({ store }: Y.Doc) => store.pendingStructs !== null || store.pendingDs !== null;

/** What of the copy is the person's own and not the server's; null where that is ahead of the copy's past. */
export async function findDifference(
  server: ServerCopy,
  { doc, own, outbox }: { doc: Y.Doc; own: ReadonlySet<number>; outbox: Pick<Outbox, "unsent"> },
): Promise<{ seq: number; update: Uint8Array | null } | null> {
  const { seq, update } = await server.pull();
  const clocks = Y.decodeStateVector(Y.encodeStateVectorFromUpdate(update));
  if (isBeyond(toKnownClocks(doc, outbox.unsent()), clocks)) return null;
  Y.applyUpdate(doc, update, new RemoteChange(seq, null));
  if (isIncomplete(doc)) return null;
  return { seq, update: encodeOwnDifference(doc, own, { clocks, removed: Y.decodeUpdate(update).ds }) };
}

/** How a copy was brought in line with the server's. */
export interface ReconcileResult extends ServerDocument {
  /** Whether it was made anew from the server's. */
  isReplaced: boolean;
  /** Whether the server lacks what it had acknowledged. */
  isPastLost: boolean;
}

/**
 * Brings a copy in line with the server's, whatever has become of that. Where the server lacks what it had acknowledged,
 * all that this copy holds is merged into its text: by the server, one window after the other, so that what several of
 * them hold comes back once. That goes for edits that were never sent, too, since windows that share a store have the same
 * ones. Only what is typed meanwhile, and what the server does not take, becomes new edits of a client id that nobody has
 * used.
 *
 * @param known The newest number that the server has told.
 * @param isForeign Whether the server says that a client id of the unsent edits is somebody else's.
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
  let whole = await server.pull();
  const text = doc.getText("content");
  const compared = compareCopies(doc, createYDoc([whole.update]), outbox.unsent());
  const isPastLost = compared.isBeyond || whole.seq < known;
  if (!isPastLost && !isForeign) {
    Y.applyUpdate(doc, whole.update, new RemoteChange(whole.seq, null));
    // Removals that the server has lost show by the text alone.
    const isAlike = !outbox.isEmpty || text.toJSON() === compared.theirs;
    if (isAlike && !isIncomplete(doc)) return { ...whole, isReplaced: false, isPastLost };
  }
  let base = compared.mine;
  const wanted = restoreKnownText(compared);
  if (wanted !== compared.theirs) {
    try {
      await server.applyText(whole.seq, wanted);
      whole = await server.pull();
    } catch (error) {
      const reason = permanentReason(error);
      if (reason === null) throw error;
      // The person may not, or it does not fit: it stays here as an unsent edit. Readers hold nothing of their own.
      if (reason !== "ROLE_TOO_LOW" || !outbox.isEmpty) ({ base } = compared);
    }
  }
  outbox.replace(() => adoptServerState(doc, whole.update, base, new RemoteChange(whole.seq, null)));
  return { ...whole, isReplaced: true, isPastLost };
}
