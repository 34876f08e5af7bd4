import { z } from "zod";

import { maxDocumentBytes } from "./limits.ts";
import { findAppearanceProblem, findPersonalNameProblem } from "./names.ts";

/**
 * The kinds of text that inputs are made of. Postgres stores neither a NUL character nor a lone surrogate, so no input
 * lets them in: they answer with a field error here instead of a failed statement there.
 */
const storable = (text: string) => !text.includes("\0") && text.isWellFormed();

const unstorable = "must not contain NUL characters or unpaired surrogates";

/** C0 and C1 controls and the line and paragraph separators: what has no place in a name or a title. */
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u;

const encoder = new TextEncoder();

/** The UUID of a thing. */
export const id = z.uuid();

/** The largest integer that Postgres keeps in four bytes, as the versions of a document are. */
export const maxInt = 2_147_483_647;

/** The number of a version, or of a line: from 1. */
export const ordinal = z.int().min(1).max(maxInt);

/** One line of text without control characters, trimmed, of `min` to `max` characters. */
export function singleLine(min: number, max: number) {
  return z
    .string()
    .max(max * 4) // before the costlier checks
    .refine((text) => storable(text) && !control.test(text), "must be one line without control characters")
    .trim()
    .min(min)
    .max(max);
}

/** Refuses text in which `problemOf` finds a problem, unless another check has refused it. */
const rejectCharacters =
  (problemOf: (text: string) => string | null) => (context: z.core.ParsePayload<string>) => {
    const problem = context.issues.length > 0 ? null : problemOf(context.value);
    if (problem !== null) context.issues.push({ code: "custom", input: context.value, message: problem });
  };

/** What a thing is called: a line that can be seen as it is. */
export const name = (min: number, max: number) =>
  singleLine(min, max).check(rejectCharacters(findAppearanceProblem));

/** What a person or a workspace is called, in the one way of writing accents. */
export const personalName = (min: number, max: number) =>
  singleLine(min, max).normalize("NFC").check(rejectCharacters(findPersonalNameProblem));

/** Text of several lines, at most `max` characters, kept as it is. */
export function multiline(max: number) {
  return z.string().max(max).refine(storable, unstorable);
}

/** A secret kept as it is, not trimmed: a token or a password. */
export function secret(min: number, max: number) {
  return z.string().min(min).max(max).refine(storable, unstorable);
}

/** A document's Markdown, byte for byte: line endings, a byte order mark and the last newline are the author's. */
export const markdown = z
  .string()
  .max(maxDocumentBytes, "is larger than 1.5 MiB")
  .refine(storable, unstorable)
  .refine(fitsDocument, "is larger than 1.5 MiB");

/** A moment, as ISO 8601 in UTC. */
export const timestamp = z.iso.datetime();

/** Whether `text` is within the size of a document. A third of the limit in UTF-16 units can't exceed it. */
export function fitsDocument(text: string): boolean {
  return text.length * 3 <= maxDocumentBytes || encoder.encode(text).byteLength <= maxDocumentBytes;
}
