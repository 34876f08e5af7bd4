import { z } from "zod";

import "./validation-messages.ts";
import { maxDocumentBytes } from "./limits.ts";
import { findAppearanceProblem, findPersonalNameProblem } from "./names.ts";

/**
 * The kinds of text in inputs. Postgres can store neither NUL characters nor lone surrogates, so inputs reject both
 * with a field error instead of a failed statement.
 */
const storable = (text: string) => !text.includes("\0") && text.isWellFormed();

const unstorable = "must not contain NUL characters or unpaired surrogates";

/** C0 and C1 controls and the line and paragraph separators, which are not allowed in names and titles. */
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u;

const encoder = new TextEncoder();

/** The UUID of a resource. */
export const id = z.uuid();

/** The largest four-byte integer in Postgres, which is the type of document versions. */
export const maxInt = 2_147_483_647;

/** The number of a version or a line, from 1. */
export const ordinal = z.int().min(1).max(maxInt);

/** One line of text without control characters, trimmed, of `min` to `max` characters. */
export function singleLine(min: number, max: number) {
  return (
    z
      .string()
      // Before the more expensive checks.
      .max(max * 4, { abort: true, error: `must have at most ${max} characters` })
      .refine((text) => storable(text) && !control.test(text), "must be one line without control characters")
      .trim()
      .min(min)
      .max(max)
  );
}

/** Rejects text in which `findProblem` finds a problem, unless another check has already rejected it. */
const rejectCharacters =
  (findProblem: (text: string) => string | null) => (context: z.core.ParsePayload<string>) => {
    const problem = context.issues.length > 0 ? null : findProblem(context.value);
    if (problem !== null) context.issues.push({ code: "custom", input: context.value, message: problem });
  };

/** The name of a resource: one line, displayed as it is. */
export const name = (max: number) => singleLine(1, max).check(rejectCharacters(findAppearanceProblem));

/** The name of a user or a workspace, in one normalized form of accents. */
export const personalName = (min: number, max: number) =>
  singleLine(min, max).normalize("NFC").check(rejectCharacters(findPersonalNameProblem));

/** Text of several lines, at most `max` characters, unchanged. */
export function multiline(max: number) {
  return z.string().max(max).refine(storable, unstorable);
}

/** A token or a password, not trimmed. */
export function secret(min: number, max: number) {
  return z.string().min(min).max(max).refine(storable, unstorable);
}

/** A document's Markdown, byte for byte. Line endings, a byte order mark and the last newline are preserved. */
export const markdown = z
  .string()
  .max(maxDocumentBytes, "must not be larger than 1.5 MiB")
  .refine(storable, unstorable)
  .refine(fitsDocument, "must not be larger than 1.5 MiB");

/** A point in time, as ISO 8601 in UTC. */
export const timestamp = z.iso.datetime();

/** Whether `text` is within the size limit of documents. A third of the limit in UTF-16 units can't exceed it. */
export function fitsDocument(text: string): boolean {
  return text.length * 3 <= maxDocumentBytes || encoder.encode(text).byteLength <= maxDocumentBytes;
}
