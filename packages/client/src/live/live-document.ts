import type { Reason } from "@mdreader/contract/errors";
import type { Role } from "@mdreader/contract/policy";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";

import type { DocumentMeta } from "../types.ts";
import type { Observed } from "./observable.ts";
import type { LiveStore } from "./store.ts";

/**
 * The state of the local edits. `seq` is the newest known version of the document. `isOverHttp` is true while WebSockets
 * are blocked, and absent otherwise.
 */
export type SaveState = SaveStatus & { seq: number; isOverHttp?: true };

type SaveStatus =
  /** The server cannot be reached. `unsaved` is true if there are unsent edits. */
  | { status: "offline"; unsaved: boolean }
  | { status: "sending" }
  /** All edits are committed, and the text is that of the server at this version. */
  | { status: "saved" }
  /** The server rejects the edits. They stay in the document, and are sent again when the cause may have gone. */
  | { status: "refused"; reason: Reason }
  /**
   * The document was closed by `close` (null), or can no longer be read. It reopens automatically when it is restored or
   * readable again.
   */
  | { status: "closed"; reason: Reason | null };

/** The metadata of the document that has changed since it was opened. */
export interface LiveMeta extends Partial<DocumentMeta> {
  /** The role of the current user. */
  role?: Role;
}

/** The origin of transactions that came from the server. */
export class RemoteChange {
  readonly seq: number;
  /** The author of the edit; null if the transaction combines several edits. */
  readonly authorId: string | null;
  constructor(seq: number, authorId: string | null) {
    this.seq = seq;
    this.authorId = authorId;
  }
}

/** A document that is open for collaborative editing. */
export interface LiveDocument extends AsyncDisposable {
  readonly id: string;
  readonly doc: Y.Doc;
  /** The Markdown. Edits to it are sent automatically. */
  readonly ytext: Y.Text;
  /** The other users in the document, for editor bindings. Their states are of type `RemoteState`. */
  readonly awareness: Awareness;
  readonly saveState: Observed<SaveState>;
  readonly meta: Observed<LiveMeta>;
  /**
   * The version at which comments last changed, as far as this client knows. Fetch comments again when it changes. It may
   * also change after a reconnection without new comments.
   */
  readonly commentsAt: Observed<number>;
  /**
   * The number of times that the server lacked edits that it had acknowledged, such as after a restored backup. The
   * document then has the server's state, merged with the edits that only this client had. A person should review it.
   */
  readonly restorations: Observed<number>;
  /** Resolves when the server's state has been received. @throws UnsavedError when the document cannot be read. */
  synced(): Promise<void>;
  /**
   * Resolves with the newest version when all edits made so far are committed. Waits as long as the server is unreachable.
   * @throws UnsavedError when the edits are rejected.
   */
  whenSaved(): Promise<number>;
  /**
   * The text that was typed here and that the server has not acknowledged, for a person who can't send it any more. A blank
   * line separates passages from different places.
   */
  unsentText(): string;
  /** Closes the document. Unsent edits stay in the store. Does not wait for the server; `whenSaved` does. */
  close(): Promise<void>;
}

export interface OpenDocumentOptions {
  /** The store of edits that are not acknowledged. Default: in memory. */
  store?: LiveStore;
  /** Whether to join the document's room. Default: true. */
  presence?: boolean;
  /** Called when the store fails. Editing continues, but a reload would lose unsent edits. */
  onStoreError?: (error: unknown) => void;
}
