import { diffText, editText, merge } from "@mdreader/collab";
import * as Y from "yjs";

import type { Clocks } from "./structs.ts";

/**
 * Reconciles a document with a server that lacks edits that it had acknowledged, such as after a restored backup, or that
 * has assigned a client ID to another user. The two copies may then have different characters under the same IDs, which
 * Yjs cannot merge. Characters with the same ID and content are common to both; the rest is merged as text.
 */

/** The differences between two copies of a document. */
export interface CopyComparison {
  /** The text that both have in common. */
  base: string;
  mine: string;
  theirs: string;
  /** Whether the server lacks anything that it was known to have. */
  isBeyond: boolean;
}

/** Stands for a removed character, whose content is unknown. */
const removedPlaceholder = "\0";

/**
 * Compares this copy with the server's.
 * @param unsent The clock of the first unacknowledged edit of each client ID.
 */
export function compareCopies(doc: Y.Doc, server: Y.Doc, unsent: Clocks): CopyComparison {
  const [mine, theirs] = [readCharacters(doc), readCharacters(server)];
  const isSame = (client: number, clock: number) => {
    const [a, b] = [mine.get(client)?.[clock], theirs.get(client)?.[clock]];
    return (
      a !== undefined && b !== undefined && (a === b || a === removedPlaceholder || b === removedPlaceholder)
    );
  };
  const base = readText(server, ({ client, clock }) => isSame(client, clock));
  let isBeyond = false;
  for (const [client, characters] of mine) {
    const end = Math.min(characters.length, unsent.get(client) ?? Infinity);
    for (let clock = 0; clock < end && !isBeyond; clock += 1) isBeyond = !isSame(client, clock);
  }
  return { base, mine: doc.getText("content").toJSON(), theirs: readText(server, () => true), isBeyond };
}

/** The characters of each client ID, indexed by clock. */
function readCharacters(doc: Y.Doc): Map<number, string> {
  const characters = new Map<number, string>();
  for (const [client, structs] of doc.store.clients) {
    const parts = structs.map((struct) =>
      struct instanceof Y.Item && struct.content instanceof Y.ContentString
        ? struct.content.str
        : removedPlaceholder.repeat(struct.length),
    );
    characters.set(client, parts.join(""));
  }
  return characters;
}

/** The text of the characters for which `includes` returns true. */
function readText(doc: Y.Doc, includes: (id: { client: number; clock: number }) => boolean): string {
  const parts: string[] = [];
  for (let item = doc.getText("content")._start; item !== null; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
    const { client, clock } = item.id;
    const { str } = item.content;
    for (let index = 0; index < str.length; index += 1) {
      if (includes({ client, clock: clock + index })) parts.push(str.charAt(index));
    }
  }
  return parts.join("");
}

/** The text of the server, merged with the edits that only this copy has. */
export const restoreKnownText = ({ base, mine, theirs }: CopyComparison): string =>
  merge(base, mine, theirs).text;

/**
 * Replaces the document with the server's state, with the same IDs. Editors see their text change into the server's. The
 * local changes since `base` are then applied again under an unused client ID.
 *
 * @param base The text that the local changes started from. The server has all that it needs of it.
 * @param origin The origin of the transaction that changes the text into the server's.
 */
export function adoptServerState(doc: Y.Doc, server: Uint8Array, base: string, origin: unknown): void {
  const text = doc.getText("content");
  const mine = text.toJSON();
  const theirs = new Y.Doc();
  Y.applyUpdate(theirs, server);
  const now = theirs.getText("content").toJSON();
  editText(doc, diffText(mine, now), origin);
  replaceStructs(doc, theirs);
  editText(doc, merge(base, mine, now).edits);
}

/** Replaces the structs of `doc` with those of `source`, which must not be used afterwards. Both must have the same text. */
function replaceStructs(doc: Y.Doc, source: Y.Doc): void {
  const [text, other] = [doc.getText("content"), source.getText("content")];
  doc.store.clients = source.store.clients;
  doc.store.pendingStructs = source.store.pendingStructs;
  doc.store.pendingDs = source.store.pendingDs;
  for (const structs of doc.store.clients.values()) {
    for (const struct of structs) {
      if (struct instanceof Y.Item && struct.parent === other) struct.parent = text;
    }
  }
  text._start = other._start;
  text._length = other._length;
  text._searchMarker = [];
  doc.clientID = createUnusedClientId(doc);
}

/** Creates a client ID that the document does not contain. */
function createUnusedClientId(doc: Y.Doc): number {
  for (;;) {
    const [id = 0] = crypto.getRandomValues(new Uint32Array(1));
    if (!doc.store.clients.has(id)) return id;
  }
}
