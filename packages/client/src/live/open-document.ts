import type { Reason } from "@mdreader/contract/errors";
import * as Y from "yjs";

import { computeBackoffMs } from "../backoff.ts";
import { onClosed } from "../client-streams.ts";
import type { Client } from "../client.ts";
import { reasonOf } from "../errors.ts";
import type { DocumentChange } from "../types.ts";
import { bindAwareness } from "./awareness.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { UnsavedError } from "./failures.ts";
import { keepSubscribed } from "./keep-subscribed.ts";
import {
  type LiveDocument,
  type LiveMeta,
  type OpenDocumentOptions,
  RemoteChange,
  type SaveState,
} from "./live-document.ts";
import { createObservable } from "./observable.ts";
import { createOutbox } from "./outbox.ts";
import { createSaver } from "./saver.ts";
import {
  createServerCopy,
  findDifference,
  isBeyond,
  isIncomplete,
  toKnownClocks,
  reconcileCopy,
} from "./server-copy.ts";
import { memoryStore } from "./store.ts";
import { type Clocks, findUnsentText, mergeMany } from "./structs.ts";

/** The delay between a change and storing the document. Each edit is stored immediately. */
const saveDelayMs = 1_000;
/** The time that the stream may lag behind an acknowledgment before it is restarted. */
const maxLagMs = 10_000;
/** The longest intervals of polling for a document that was deleted or is no longer readable. */
const maxPollMs = { deleted: 5_000, unreadable: 30_000 };
/** The reasons for which a document can't be read for now. The reader may get access again without opening it again. */
const mayBeRegained: ReadonlySet<Reason> = new Set(["NOT_FOUND", "WORKSPACE_SECOND_FACTOR_REQUIRED"]);

/** The types of changes that this version applies. */
const knownTypes: ReadonlySet<string> = new Set<DocumentChange["type"]>([
  "sync",
  "update",
  "meta",
  "role",
  "comment",
]);

/** The state when the stream started. Edits that are acknowledged later may be missing from its first event. */
interface StreamStart {
  /** Whether the local copy was empty, so that the whole document was requested. */
  isWhole: boolean;
  seq: number;
  clocks: Clocks;
}

/**
 * Opens a document for collaborative editing. Resolves as soon as the store is read, even if the server cannot be reached.
 */
export async function openDocument(
  client: Client,
  id: string,
  { store = memoryStore(), presence = true, onStoreError = () => {} }: OpenDocumentOptions = {},
): Promise<LiveDocument> {
  const doc = new Y.Doc();
  const ytext = doc.getText("content");
  const stored = await store.load(id).catch((error: unknown) => {
    onStoreError(error);
    return { state: null, pending: [] };
  });
  const pending = mergeMany(stored.pending.map(({ update }) => update));
  doc.transact(() => {
    if (stored.state !== null) Y.applyUpdate(doc, stored.state);
    Y.applyUpdate(doc, pending);
  });
  /** The client IDs of this window, and of earlier windows whose edits it sends. */
  let ownClientIds: ReadonlySet<number> = new Set(Y.parseUpdateMeta(pending).to.keys());

  const server = createServerCopy(client, id);
  /** The newest known version, the version that the stream has reached, and the newest acknowledged version. */
  let seq = 0;
  let streamSeq = 0;
  let acknowledgedSeq = 0;
  let generation: string | undefined;
  /** Whether the stream has delivered its initial sync. */
  let online = false;
  let isReadable = stored.state !== null;
  /** The number of consecutive restarts of the stream without a change in sequence. */
  let restarts = 0;
  let lag: ReturnType<typeof setTimeout> | undefined;
  let ended: { reason: Reason | null; error?: unknown; isFinal: boolean } | null = null;
  const synced = Promise.withResolvers<void>();
  synced.promise.catch(() => {}); // callers of synced() get the rejection

  const outbox = createOutbox({
    pending: stored.pending,
    push: (update) => server.push(update),
    maySend: () => online,
    difference: () => findDifference(server, { doc, ownClientIds, outbox }),
    async reconcile(isForeign) {
      const result = await reconcileCopy(server, { doc, outbox, known: seq, isForeign });
      seq = streamSeq = acknowledgedSeq = result.seq;
      ({ generation } = result);
      if (result.isReplaced) {
        ownClientIds = new Set([doc.clientID]);
        bound?.rejoinRoom();
        saving.request();
        void saving.flush();
      }
      if (result.isPastLost) restorations.set(restorations.get() + 1);
      synced.resolve();
      // Changes that arrived meanwhile were ignored.
      stream.restart(0);
    },
    storeUpdate: (update) =>
      store.append(id, update).catch((error: unknown) => {
        onStoreError(error);
        return null;
      }),
    async removeUpdates(keys, after) {
      await after;
      // Later edits build on acknowledged ones, so the document is stored before those are removed.
      await saving.saved();
      await store.remove(id, keys).catch(onStoreError);
    },
    onAcknowledged(number) {
      advance(number);
      acknowledgedSeq = Math.max(acknowledgedSeq, number);
      if (acknowledgedSeq > streamSeq) lag ??= setTimeout(restartStream, maxLagMs);
    },
    onChange: () => showState(),
  });

  const isSaved = () =>
    outbox.isEmpty && !outbox.isReconciling && streamSeq >= acknowledgedSeq && !isIncomplete(doc);
  const computeState = (): SaveState => {
    const common = { seq, ...(client.liveTransport.get() === "http" && { isOverHttp: true as const }) };
    if (ended !== null) return { ...common, status: "closed", reason: ended.reason };
    if (!online) return { ...common, status: "offline", unsaved: !outbox.isEmpty };
    if (outbox.rejection !== null) return { ...common, status: "refused", reason: outbox.rejection.reason };
    return { ...common, status: isSaved() ? "saved" : "sending" };
  };
  const saveState = createObservable<SaveState>(computeState());
  /** Pending calls of `whenSaved`. Each returns whether it has settled. */
  const awaited = new Set<() => boolean>();
  const showState = () => {
    saveState.set(computeState());
    for (const settle of awaited) if (settle()) awaited.delete(settle);
  };
  const advance = (number: number) => {
    seq = Math.max(seq, number);
  };
  const meta = createObservable<LiveMeta>({});
  const commentsAt = createObservable(0);
  const restorations = createObservable(0);
  const bound = presence ? bindAwareness(client, id, doc) : null;
  const saving = createSaver(
    () => store.saveState(id, Y.encodeStateAsUpdate(doc)).catch(onStoreError),
    saveDelayMs,
  );

  const onUpdate = (update: Uint8Array, origin: unknown) => {
    saving.request();
    if (origin instanceof RemoteChange) {
      // Yjs changes the client ID when another client has written under it.
      if (bound !== null && doc.clientID !== bound.awareness.clientID) bound.rejoinRoom();
      return;
    }
    if (!ownClientIds.has(doc.clientID)) ownClientIds = new Set([...ownClientIds, doc.clientID]);
    outbox.add(update);
    bound?.onTyped();
  };
  doc.on("update", onUpdate);

  /** Restarts the stream with a sync of everything that is missing. */
  function restartStream(): void {
    clearTimeout(lag);
    lag = undefined;
    stream.restart(restarts++ === 0 ? 0 : computeBackoffMs(restarts));
  }

  /** Applies the initial sync. Reconciles if the server lacks edits that it was known to have. */
  function applySync(change: Extract<DocumentChange, { type: "sync" }>, known: StreamStart): void {
    const update = fromBase64(change.update);
    const { stateVector } = change;
    const clocks =
      stateVector !== undefined
        ? Y.decodeStateVector(fromBase64(stateVector))
        : known.isWhole
          ? Y.decodeStateVector(Y.encodeStateVectorFromUpdate(update))
          : null;
    online = true;
    isReadable = true;
    if (ended !== null) {
      ended = null;
      attempts = 0;
      if (meta.get().deleted === true) meta.set({ ...meta.get(), deleted: false });
      bound?.rejoinRoom();
    }
    const isElsewhere =
      generation !== undefined && change.generation !== undefined && generation !== change.generation;
    if (isElsewhere || change.seq < known.seq || (clocks !== null && isBeyond(known.clocks, clocks))) {
      return outbox.reconcile();
    }
    Y.applyUpdate(doc, update, new RemoteChange(change.seq, null));
    if (isIncomplete(doc)) return outbox.reconcile();
    generation = change.generation;
    streamSeq = change.seq;
    advance(change.seq);
    commentsAt.set(change.seq);
    void saving.flush(); // makes the document available offline, even if the page reloads right away
    outbox.retry();
    synced.resolve();
  }

  /** Skips a change of an unknown type. */
  function skipChange(number: unknown): void {
    if (number === streamSeq + 1) advance((streamSeq = number));
  }

  /** Applies a change if it is the next in sequence. */
  function applyChange(change: DocumentChange, known: StreamStart): void {
    if (change.type === "sync") return applySync(change, known);
    if (change.type === "role") {
      meta.set({ ...meta.get(), role: change.role });
      return outbox.retry();
    }
    // A newer server may send other types. Without the initial sync, nothing can follow.
    if (!knownTypes.has(change.type)) return online ? skipChange(change.seq) : end("CLIENT_TOO_OLD");
    if (change.seq <= streamSeq) return;
    if (change.seq !== streamSeq + 1) return restartStream();
    streamSeq = change.seq;
    restarts = 0;
    advance(change.seq);
    if (streamSeq >= acknowledgedSeq) {
      clearTimeout(lag);
      lag = undefined;
    }
    switch (change.type) {
      case "update":
        Y.applyUpdate(doc, fromBase64(change.update), new RemoteChange(change.seq, change.authorId));
        if (isIncomplete(doc)) restartStream();
        break;
      case "meta": {
        const { title, folderId, deleted } = change;
        meta.set({ ...meta.get(), title, folderId, deleted });
        break;
      }
      case "comment":
        commentsAt.set(change.seq);
    }
  }

  let attempts = 0;
  const stream = keepSubscribed<{ data: DocumentChange; known: StreamStart }>({
    subscribe(handlers) {
      const isWhole = doc.store.clients.size === 0;
      const known = { isWhole, seq, clocks: toKnownClocks(doc, outbox.unsent()) };
      const lacking = isWhole ? { id } : { id, stateVector: toBase64(Y.encodeStateVector(doc)) };
      const { onData } = handlers;
      return client.document.changes.subscribe(lacking, {
        ...handlers,
        onData: ({ data }) => onData({ data, known }),
      });
    },
    onData({ data, known }) {
      if (outbox.isReconciling) {
        online = true;
        outbox.retry();
      } else applyChange(data, known);
      showState();
    },
    onOnline(now) {
      if (now) outbox.retry();
      else online = false;
      showState();
    },
    onEnded(error) {
      const reason = reasonOf(error);
      if (reason === null || !mayBeRegained.has(reason) || !isReadable) return end(reason, error);
      // The document may be restored, or become readable to this user again.
      const longestMs = meta.get().deleted === true ? maxPollMs.deleted : maxPollMs.unreadable;
      stream.restart(computeBackoffMs(attempts++, longestMs));
      ended = { reason, error, isFinal: false };
      synced.reject(new UnsavedError(reason, error));
      showState();
    },
  });
  const stopWatchingTransport = client.liveTransport.subscribe(() => showState());
  const callOff = onClosed(client, () => end(null));

  function end(reason: Reason | null, error?: unknown): void {
    if (ended?.isFinal === true) return;
    ended = { reason, error, isFinal: true };
    callOff();
    stopWatchingTransport();
    clearTimeout(lag);
    stream.stop();
    outbox.stop();
    bound?.close();
    synced.reject(new UnsavedError(reason, error));
    showState();
  }

  async function close(): Promise<void> {
    end(null);
    doc.off("update", onUpdate);
    await saving.flush();
  }

  function whenSaved(): Promise<number> {
    const wanted = outbox.takenCount;
    /** The version that the stream must reach. */
    let target: number | null = null;
    return new Promise((resolve, reject) => {
      const settle = () => {
        if (outbox.acknowledged >= wanted) {
          target ??= acknowledgedSeq;
          // A stream that has ended does not advance.
          if (streamSeq < target && ended === null) return false;
          resolve(seq);
        } else if (ended !== null) reject(new UnsavedError(ended.reason, ended.error));
        else if (outbox.rejection === null) return false;
        else reject(new UnsavedError(outbox.rejection.reason, outbox.rejection.error));
        return true;
      };
      if (!settle()) awaited.add(settle);
    });
  }

  return {
    id,
    doc,
    ytext,
    get awareness() {
      if (bound === null) throw new Error("the document was opened without presence");
      return bound.awareness;
    },
    saveState,
    meta,
    commentsAt,
    restorations,
    synced: () => synced.promise,
    whenSaved,
    unsentText: () => findUnsentText(ytext, outbox.unsent()),
    close,
    [Symbol.asyncDispose]: close,
  };
}
