import type { Reason } from "@mdreader/contract/errors";
import type { Role } from "@mdreader/contract/policy";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";

import type { DocumentMeta } from "../types.ts";
import type { Observed } from "./observable.ts";
import type { LiveStore } from "./store.ts";

/** How far the person's own edits have come. `seq` is the newest number of the document that is known. */
export type SaveState =
  /** The server can't be reached. `unsaved` tells whether edits wait for it. */
  | { status: "offline"; seq: number; unsaved: boolean }
  | { status: "sending"; seq: number }
  /** All edits are committed, and this is the text that the server has at this number. */
  | { status: "saved"; seq: number }
  /** The server does not take the edits. They stay in the document, and are tried again when that may have changed. */
  | { status: "refused"; seq: number; reason: Reason }
  /**
   * It has ended: by `close` (null), or because the document can't be read any more. One that is restored, or can be read
   * again, comes back by itself.
   */
  | { status: "closed"; seq: number; reason: Reason | null };

/** What is around the text, as far as it has changed since the document was opened. */
export interface LiveMeta extends Partial<DocumentMeta> {
  /** The reader's own role. */
  role?: Role;
}

/** What transactions that came from the server have as their origin. */
export class RemoteChange {
  readonly seq: number;
  /** Whose edit it is; null where several are told in one. */
  readonly authorId: string | null;
  constructor(seq: number, authorId: string | null) {
    this.seq = seq;
    this.authorId = authorId;
  }
}

/** A document that is written by several people at once. */
export interface LiveDocument extends AsyncDisposable {
  readonly id: string;
  readonly doc: Y.Doc;
  /** The Markdown. Editing it is all that it takes. */
  readonly ytext: Y.Text;
  /** Who else is here, for editor bindings; their states are `RemoteState`s. */
  readonly awareness: Awareness;
  readonly saveState: Observed<SaveState>;
  readonly meta: Observed<LiveMeta>;
  /**
   * The number at which comments have changed last, as far as this client knows. Whoever shows them asks for them anew
   * when it changes, and finds nothing new when a connection was only lost and found.
   */
  readonly commentsAt: Observed<number>;
  /**
   * How often the server was found to lack what it had acknowledged, as after a restored backup. The document is the
   * server's then, with what only this client knew brought back into it, and a person should look at it.
   */
  readonly restorations: Observed<number>;
  /** Resolves when all that the server had is here. @throws UnsavedError when the document can't be read. */
  synced(): Promise<void>;
  /**
   * Resolves with the newest number when the edits made so far are committed, however long the server is away.
   * @throws UnsavedError when they are refused.
   */
  whenSaved(): Promise<number>;
  /** Stops, with what was not sent kept in the store. It does not wait for the server; `whenSaved` does. */
  close(): Promise<void>;
}

export interface OpenDocumentOptions {
  /** Where edits are kept until they are acknowledged; in memory, unless said otherwise. */
  store?: LiveStore;
  /** Whether to join the document's room. Yes, unless said otherwise. */
  presence?: boolean;
  /** Is told when the store fails. Editing goes on, but a reload would lose what was not sent. */
  onStoreError?: (error: unknown) => void;
}
