import { maxDocumentBytes, maxUpdateBytes } from "@mdreader/contract";

import { procedureTypes, publicProcedures } from "../procedures.ts";
import type { ResponseSpace } from "./response-budget.ts";

const KiB = 1024;

/** Maximum input of calls without sign-in, and of public procedures: passwords, tokens and names. */
export const maxPublicCallBytes = 16 * KiB;

/** Maximum input of calls that carry no document text. */
const maxCallBytes = 64 * KiB;

/** A document of maximum size with every character escaped in JSON, plus room for the other fields. */
const maxTextCallBytes = 2 * maxDocumentBytes + 256 * KiB;

/** Base64 encodes three bytes as four. */
const maxUpdateCallBytes = (maxUpdateBytes / 3) * 4 + maxCallBytes;
const maxStateVectorCallBytes = 1536 * KiB;

/** Maximum input of calls that carry a document's text or state vector. */
export const largeCalls: ReadonlyMap<string, number> = new Map([
  ["document.create", maxTextCallBytes],
  ["document.update", maxTextCallBytes],
  ["document.applyText", maxTextCallBytes],
  ["document.import", maxTextCallBytes],
  ["document.push", maxUpdateCallBytes],
  ["document.pull", maxStateVectorCallBytes],
  ["document.changes", maxStateVectorCallBytes],
]);

/** Mutations whose response carries a document's text. The response to any query may be large. */
export const mutationsWithText: ReadonlySet<string> = new Set([
  "document.create",
  "document.update",
  "document.applyText",
  "document.duplicate",
  "document.share.read",
]);

/** Returns what the responses to a request's calls may need. */
export function toResponseSpace(paths: readonly string[]): ResponseSpace {
  const isQuery = (path: string) => procedureTypes.get(path) === "query";
  const large = paths.filter((path) => isQuery(path) || mutationsWithText.has(path));
  return { kind: large.some(isQuery) ? "query" : "mutation", slots: large.length };
}

/** Maximum size of a request body or WebSocket message. */
export const maxBodyBytes = Math.max(...largeCalls.values());

/** Returns the maximum input of an authenticated call, in bytes. */
export function findMaxBytes(path: string): number {
  return largeCalls.get(path) ?? (publicProcedures.has(path) ? maxPublicCallBytes : maxCallBytes);
}
