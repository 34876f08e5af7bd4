import { maxDocumentBytes, maxUpdateBytes } from "@mdreader/contract";

import { publicProcedures } from "./procedures.ts";

const KiB = 1024;

/** The largest input of a call by someone who has not signed in, or that needs no sign-in: passwords, tokens and names. */
export const maxPublicCallBytes = 16 * KiB;

/** The largest input of a call that brings no text and no document. */
export const maxCallBytes = 64 * KiB;

/** A document of the largest size, each character of which JSON escapes by another, with room for what comes along. */
const withText = 2 * maxDocumentBytes + 256 * KiB;

/** Base64 takes four bytes for three. */
const withUpdate = (maxUpdateBytes / 3) * 4 + maxCallBytes;
const withStateVector = 1536 * KiB;

/** The calls that bring the text of a document, or what is known of it, and how large they may be. */
export const largeCalls: ReadonlyMap<string, number> = new Map([
  ["document.create", withText],
  ["document.update", withText],
  ["document.applyText", withText],
  ["document.import", withText],
  ["document.push", withUpdate],
  ["document.pull", withStateVector],
  ["document.changes", withStateVector],
]);

/** The largest body and message. */
export const maxBodyBytes = Math.max(...largeCalls.values());

/** How large the input of a call by someone signed in may be, in bytes. */
export function maxBytesOf(path: string): number {
  return largeCalls.get(path) ?? (publicProcedures.has(path) ? maxPublicCallBytes : maxCallBytes);
}
