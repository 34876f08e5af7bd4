import { diffText, editText, merge } from "@mdreader/collab";
import * as Y from "yjs";

import type { Clocks } from "./structs.ts";

/**
 * Bringing a document back in line with a server that lacks what it had acknowledged, as after a restored backup, or that
 * has given a client id to somebody else. Two copies may then hold different characters under the same names, which Yjs
 * can't merge; what they have in common is found by names and content together, and the rest is merged as text.
 */

/** What two copies of a document say of each other. */
export interface CopyComparison {
  /** The text of what both have in common. */
  base: string;
  mine: string;
  theirs: string;
  /** Whether this copy holds anything that the server was known to have, and lacks. */
  isBeyond: boolean;
}

/** A character of removed text, of which nobody knows what it was. */
const removedPlaceholder = "\0";

/**
 * Compares this copy with the server's.
 * @param unsent For each client id whose edits were not all acknowledged, the clock of the first of those.
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

/** What stands under each client id and clock, clock by clock. */
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

/** The text of those characters alone that `includes` takes. */
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

/** The text of the server with what only this copy holds. */
export const restoreKnownText = ({ base, mine, theirs }: CopyComparison): string =>
  merge(base, mine, theirs).text;

/**
 * Makes the document the server's: what it holds, under the same names, and nothing else. Editors see their text change
 * into that text; then what was made of `base` here is edited into it anew, under a client id that nobody has used.
 *
 * @param base A text of this document, of which all is the server's that is to be.
 * @param origin Of the change to the server's text.
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

/** Puts the structs of a document that nobody else uses in the place of these. The text of both must be alike. */
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

/** A client id under which there is nothing in the document. */
function createUnusedClientId(doc: Y.Doc): number {
  for (;;) {
    const [id = 0] = crypto.getRandomValues(new Uint32Array(1));
    if (!doc.store.clients.has(id)) return id;
  }
}
