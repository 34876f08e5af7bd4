import type { Reason } from "@mdreader/contract/errors";
import * as Y from "yjs";

import type { Client } from "../client.ts";
import { reasonOf } from "../errors.ts";
import { overSocket } from "../over-socket.ts";
import type { DocumentChange } from "../types.ts";
import { bindAwareness } from "./awareness.ts";
import { fromBase64, toBase64 } from "./bytes.ts";
import { UnsavedError } from "./failures.ts";
import { follow } from "./follow.ts";
import {
  type LiveDocument,
  type LiveMeta,
  type OpenDocumentOptions,
  RemoteChange,
  type SaveState,
} from "./live-document.ts";
import { observed } from "./observed.ts";
import { createOutbox } from "./outbox.ts";
import { memoryStore } from "./store.ts";

/** The document is kept this long after a change, in milliseconds: each edit is kept at once anyway. */
const saveAfter = 1_000;

/**
 * Opens a document for writing it together with others. It is there as soon as the store has told what it knows, also
 * while the server can't be reached.
 */
export async function openDocument(
  client: Client,
  id: string,
  { store = memoryStore(), presence = true, onStoreError = () => {} }: OpenDocumentOptions = {},
): Promise<LiveDocument> {
  const doc = new Y.Doc();
  const ytext = doc.getText("content");
  const kept = await store.load(id).catch((error: unknown) => {
    onStoreError(error);
    return { state: null, pending: [] };
  });
  doc.transact(() => {
    if (kept.state !== null) Y.applyUpdate(doc, kept.state);
    for (const { update } of kept.pending) Y.applyUpdate(doc, update);
  });

  let seq = 0;
  let online = false;
  let ended: { reason: Reason | null; error?: unknown } | null = null;
  const synced = Promise.withResolvers<void>();
  synced.promise.catch(() => {}); // whoever waits for it is told

  const outbox = createOutbox({
    pending: kept.pending,
    async push(update) {
      const { seq: number } = await client.document.push.mutate(
        { id, update: toBase64(update) },
        overSocket(),
      );
      return number;
    },
    async difference() {
      const pulled = await client.document.pull.query({ id }, overSocket());
      const theirs = fromBase64(pulled.update);
      Y.applyUpdate(doc, theirs, new RemoteChange(pulled.seq, null));
      const update = Y.encodeStateAsUpdate(doc, Y.encodeStateVectorFromUpdate(theirs));
      return { seq: pulled.seq, update: update.length > emptyUpdateBytes ? update : null };
    },
    keep: (update) =>
      store.append(id, update).catch((error: unknown) => {
        onStoreError(error);
        return null;
      }),
    forget: (keys) => void store.remove(id, keys).catch(onStoreError),
    onAcknowledged: (number) => reached(number),
    onChange: () => showState(),
  });

  const stateNow = (): SaveState => {
    if (ended !== null) return { status: "closed", seq, reason: ended.reason };
    if (outbox.refusal !== null) return { status: "refused", seq, reason: outbox.refusal.reason };
    if (!online) return { status: "offline", seq, unsaved: !outbox.isEmpty };
    return { status: outbox.isEmpty ? "durable" : "sending", seq };
  };
  const saveState = observed<SaveState>(stateNow());
  /** Those who wait for what is durable; each answers whether it has waited long enough. */
  const awaited = new Set<() => boolean>();
  const showState = () => {
    saveState.set(stateNow());
    for (const settle of awaited) if (settle()) awaited.delete(settle);
  };
  const reached = (number: number) => {
    seq = Math.max(seq, number);
  };
  const meta = observed<LiveMeta>({});
  const commentsAt = observed(0);
  const bound = presence ? bindAwareness(client, id, doc) : null;
  const saving = createSaver(() => store.saveState(id, Y.encodeStateAsUpdate(doc)).catch(onStoreError));

  const onUpdate = (update: Uint8Array, origin: unknown) => {
    saving.request();
    if (origin instanceof RemoteChange) return;
    outbox.add(update);
    bound?.typed();
  };
  doc.on("update", onUpdate);

  function take(change: DocumentChange): void {
    reached(change.seq);
    switch (change.type) {
      case "sync":
        Y.applyUpdate(doc, fromBase64(change.update), new RemoteChange(change.seq, null));
        commentsAt.set(change.seq);
        void saving.flush(); // without a connection, it is here after a reload, however soon that comes
        synced.resolve();
        break;
      case "update":
        Y.applyUpdate(doc, fromBase64(change.update), new RemoteChange(change.seq, change.authorId));
        break;
      case "meta": {
        const { title, folderId, deleted } = change;
        meta.set({ ...meta.get(), title, folderId, deleted });
        break;
      }
      case "comment":
        commentsAt.set(change.seq);
        break;
      case "role":
        meta.set({ ...meta.get(), role: change.role });
        outbox.retry();
        break;
    }
    showState();
  }

  const stopFollowing = follow<{ data: DocumentChange }>({
    subscribe: (handlers) =>
      client.document.changes.subscribe({ id, stateVector: toBase64(Y.encodeStateVector(doc)) }, handlers),
    onData: ({ data }) => take(data),
    onOnline(now) {
      online = now;
      if (online) outbox.retry();
      showState();
    },
    onEnded: (error) => end(reasonOf(error), error),
  });

  function end(reason: Reason | null, error?: unknown): void {
    if (ended !== null) return;
    ended = { reason, error };
    stopFollowing();
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
    synced: () => synced.promise,
    durable: () =>
      new Promise((resolve, reject) => {
        const wanted = outbox.taken;
        const settle = () => {
          if (outbox.acknowledged >= wanted) resolve(seq);
          else if (outbox.refusal !== null) {
            reject(new UnsavedError(outbox.refusal.reason, outbox.refusal.error));
          } else if (ended !== null) reject(new UnsavedError(ended.reason, ended.error));
          else return false;
          return true;
        };
        if (!settle()) awaited.add(settle);
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** An update in which there is nothing takes two bytes: no structs, no removals. */
const emptyUpdateBytes = 2;

/** Does `save` a while after the first of several requests, and at once when it is asked to. */
function createSaver(save: () => Promise<void>): { request(): void; flush(): Promise<void> } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = Promise.resolve();
  const run = () => {
    timer = undefined;
    last = last.then(save);
  };
  return {
    request() {
      timer ??= setTimeout(run, saveAfter);
    },
    async flush() {
      if (timer !== undefined) {
        clearTimeout(timer);
        run();
      }
      await last;
    },
  };
}
