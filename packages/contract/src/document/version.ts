import { z } from "zod";

import { person } from "../auth.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { id, name, ordinal, timestamp } from "../text.ts";

/**
 * Why a version was saved: the document was made (`created`, `imported`), people have stopped typing (`edited`), a text
 * was written as a whole (`saved`), an earlier version was brought back (`restored`), someone gave this state a name
 * (`named`).
 */
export const versionReasons = ["created", "imported", "edited", "saved", "restored", "named"] as const;
export type VersionReason = (typeof versionReasons)[number];

/** Who wrote something. */
export const author = z.object({
  /** Null when the account has been deleted, or it is not known any more. */
  person: person.nullable(),
  /** The tool that wrote in that person's name: what their API key is called. Null when they wrote by themselves. */
  apiKeyName: z.string().nullable(),
});
export type Author = z.infer<typeof author>;

/** A saved state of a document, without its text. */
export const savedVersion = z.object({
  /** 1, 2, 3 … per document, without gaps. */
  number: z.int(),
  /** The document's `version` that it is of. */
  documentVersion: z.int(),
  title: z.string(),
  /** Bytes of UTF-8. */
  size: z.int(),
  /** SHA-256 of the text in UTF-8, in hexadecimal. */
  hash: z.string(),
  reason: z.enum(versionReasons),
  /** The name that someone gave it. */
  label: z.string().nullable(),
  /** For a restored one, the number of the version whose text it brought back. */
  restoredFrom: z.int().nullable(),
  /** Who wrote since the version before. */
  authors: z.array(author),
  createdAt: timestamp,
});
export type SavedVersion = z.infer<typeof savedVersion>;

const number = ordinal;

/** Newest first. */
export const versionListInput = z.strictObject({ id, ...pageFields });
export type VersionListInput = z.infer<typeof versionListInput>;
export const versionList = createPageSchema(savedVersion);

export const versionGetInput = z.strictObject({ id, number });
export const versionWithText = savedVersion.extend({ content: z.string() });
export type VersionWithText = z.infer<typeof versionWithText>;

/** Names the document's present state: the newest version, if that is it and has no name, or else a new one. */
export const versionCreateInput = z.strictObject({ id, label: name(1, 100) });

export const versionRestoreInput = z.strictObject({ id, number });
export const versionRestored = z.object({
  /** The document's `version` after it. */
  version: z.int(),
  /** The newest saved version after it. When the document had that very text already, nothing was done. */
  number: z.int(),
});
export type VersionRestored = z.infer<typeof versionRestored>;

/** From one saved version to another, in either direction; without `to`, to the text as it is now. */
export const versionDiffInput = z.strictObject({ id, from: number, to: number.optional() });
export type VersionDiffInput = z.infer<typeof versionDiffInput>;

/** A line of a comparison. Its parts make up the whole line, with its line break if it has one. */
export const diffLine = z.object({
  kind: z.enum(["same", "removed", "added"]),
  /** Of a line that has changed, `changed` marks the words in which the two sides differ. */
  parts: z.array(z.object({ text: z.string(), changed: z.boolean() })),
});
export type DiffLine = z.infer<typeof diffLine>;

/** Lines from `line` on, counted from 1; where there are none, `line` is the one that they would stand before. */
const lineRange = z.object({ line: z.int(), lines: z.int() });

/** A place where the texts differ, with up to three lines around it that don't. */
export const diffHunk = z.object({ from: lineRange, to: lineRange, lines: z.array(diffLine) });
export type DiffHunk = z.infer<typeof diffHunk>;

/** What is compared: a saved version, or, with `number` null, the text as it is now. */
const diffSide = z.object({ number: z.int().nullable(), documentVersion: z.int(), title: z.string() });

export const versionDiff = z.object({
  from: diffSide,
  to: diffSide,
  hunks: z.array(diffHunk),
  /** How many lines are new and gone in all. */
  added: z.int(),
  removed: z.int(),
  /** Whether the texts differ so much that they were compared less finely: more counts as changed than has. */
  coarse: z.boolean(),
  /** Whether there is more than is told: more hunks, or more lines in the last. */
  truncated: z.boolean(),
});
export type VersionDiff = z.infer<typeof versionDiff>;

/** `limit` counts ranges of lines. */
export const blameInput = z.strictObject({
  id,
  ...pageFields,
  limit: z.int().min(1).max(1000).default(500),
});
export type BlameInput = z.infer<typeof blameInput>;

/** Lines that follow each other and were written alike, within a few minutes. */
export const blameRange = z.object({
  /** The first of the lines, from 1. */
  line: z.int(),
  lines: z.int(),
  /** Their text, with the line breaks. */
  text: z.string(),
  /** Who wrote last in each of them. */
  writer: author,
  /** When in the last of them; to within five minutes, once it is long ago. */
  writtenAt: timestamp,
  /** Who else wrote what is left in them. */
  others: z.array(author),
});
export type BlameRange = z.infer<typeof blameRange>;

/** `version` is the document's that the page is of: when it differs from the page before, begin anew. */
export const blameList = createPageSchema(blameRange).extend({ version: z.int() });
export type BlameList = z.infer<typeof blameList>;
