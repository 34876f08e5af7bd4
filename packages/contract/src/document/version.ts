import { z } from "zod";

import { person } from "../auth/auth.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { id, name, ordinal, timestamp } from "../text.ts";

/**
 * Why a version was saved: the document was created (`created`, `imported`), an edit session ended (`edited`), a text
 * was written as a whole (`saved`), an earlier version was restored (`restored`), or the state was given a name
 * (`named`).
 */
export const versionReasons = ["created", "imported", "edited", "saved", "restored", "named"] as const;
export type VersionReason = (typeof versionReasons)[number];

/** An author of a text. */
export const author = z.object({
  /** Null if the account has been deleted or the author is unknown. */
  person: person.nullable(),
  /** The name of the API key that wrote on the person's behalf. Null if they wrote without one. */
  apiKeyName: z.string().nullable(),
});
export type Author = z.infer<typeof author>;

/** A saved state of a document, without its text. */
export const savedVersion = z.object({
  /** 1, 2, 3 … per document, without gaps. */
  number: z.int(),
  /** The document's `version` at which it was saved. */
  documentVersion: z.int(),
  title: z.string(),
  /** Bytes in UTF-8. */
  size: z.int(),
  /** SHA-256 of the text in UTF-8, in hexadecimal. */
  hash: z.string(),
  reason: z.enum(versionReasons),
  /** The name that someone gave it. */
  label: z.string().nullable(),
  /** For a restored version, the number of the version whose text it restored. */
  restoredFrom: z.int().nullable(),
  /** Authors since the previous saved version. */
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

/**
 * Names the document's current state: the newest saved version, if it has this state and no name, or else a new one.
 */
export const versionCreateInput = z.strictObject({ id, label: name(1, 100) });

export const versionRestoreInput = z.strictObject({ id, number });
export const versionRestored = z.object({
  /** The document's `version` after the restore. */
  version: z.int(),
  /** The newest saved version after the restore. If the document had the same text already, nothing was changed. */
  number: z.int(),
});
export type VersionRestored = z.infer<typeof versionRestored>;

/** Compares two saved versions, in either direction. Without `to`, compares with the current text. */
export const versionDiffInput = z.strictObject({ id, from: number, to: number.optional() });
export type VersionDiffInput = z.infer<typeof versionDiffInput>;

/** A line of a comparison. Its parts form the whole line, including its line break if there is one. */
export const diffLine = z.object({
  kind: z.enum(["same", "removed", "added"]),
  /** In a changed line, `changed` marks the words that differ between the two sides. */
  parts: z.array(z.object({ text: z.string(), changed: z.boolean() })),
});
export type DiffLine = z.infer<typeof diffLine>;

/** Lines from `line` on, counted from 1. An empty range is located before `line`. */
const lineRange = z.object({ line: z.int(), lines: z.int() });

/** A place where the texts differ, with up to three unchanged lines around it. */
export const diffHunk = z.object({ from: lineRange, to: lineRange, lines: z.array(diffLine) });
export type DiffHunk = z.infer<typeof diffHunk>;

/** A side of the comparison: a saved version or, with `number` null, the current text. */
const diffSide = z.object({ number: z.int().nullable(), documentVersion: z.int(), title: z.string() });

export const versionDiff = z.object({
  from: diffSide,
  to: diffSide,
  hunks: z.array(diffHunk),
  /** Total number of added and removed lines. */
  added: z.int(),
  removed: z.int(),
  /** Whether the texts differ so much that the comparison was coarse and reports more changes than necessary. */
  coarse: z.boolean(),
  /** Whether the result is cut: hunks are missing, or lines in the last one. */
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

/** Consecutive lines by the same writer and co-authors, written within a few minutes. */
export const blameRange = z.object({
  /** The first of the lines, from 1. */
  line: z.int(),
  lines: z.int(),
  /** Their text, including line breaks. */
  text: z.string(),
  /** The last writer of each line. */
  writer: author,
  /** When the last of them was written. Accurate to five minutes for older text. */
  writtenAt: timestamp,
  /** Other authors of the remaining text. */
  others: z.array(author),
});
export type BlameRange = z.infer<typeof blameRange>;

/** `version` is the document's version that the page refers to. If it differs from the previous page, start over. */
export const blameList = createPageSchema(blameRange).extend({ version: z.int() });
export type BlameList = z.infer<typeof blameList>;
