import { z } from "zod";

import { person } from "../auth/auth.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { id, name, ordinal, timestamp } from "../text.ts";

/** Why a version was saved. */
export const versionReasons = ["created", "imported", "edited", "saved", "restored", "named"] as const;
export type VersionReason = (typeof versionReasons)[number];

/** An author of a text. */
export const author = z.object({
  person: person
    .nullable()
    .describe("The author. Null if the account has been deleted or the author is unknown."),
  apiKeyName: z
    .string()
    .nullable()
    .describe("The name of the API key that wrote on the person's behalf. Null if they wrote without one."),
});
export type Author = z.infer<typeof author>;

/** A saved state of a document, without its text. */
export const savedVersion = z.object({
  number: z.int().describe("Identifies it within its document: 1, 2, 3 and so on, without gaps."),
  documentVersion: z.int().describe("The document's `version` at which it was saved."),
  title: z.string().describe("The document's title at that time."),
  size: z.int().describe("The size of the text in UTF-8, in bytes."),
  hash: z.string().describe("SHA-256 of the text in UTF-8, in hexadecimal."),
  reason: z
    .enum(versionReasons)
    .describe(
      "Why it was saved: the document was `created` or `imported`, an edit session ended (`edited`), a whole text was " +
        "written (`saved`), an earlier version was `restored`, or someone named the state (`named`).",
    ),
  label: z.string().nullable().describe("The version's name. Null if it has none."),
  restoredFrom: z
    .int()
    .nullable()
    .describe("The number of the version whose text was restored. Null if it isn't the result of a restore."),
  authors: z.array(author).describe("Everyone who wrote since the previous saved version."),
  createdAt: timestamp.describe("When it was saved."),
});
export type SavedVersion = z.infer<typeof savedVersion>;

const documentId = id.describe("The document whose history it is.");
const number = ordinal.describe("The number of the saved version in the document's history.");

export const versionListInput = z.strictObject({
  id: documentId,
  ...pageFields,
});
export type VersionListInput = z.infer<typeof versionListInput>;
export const versionList = createPageSchema(savedVersion);

export const versionGetInput = z.strictObject({ id: documentId, number });
export const versionWithText = savedVersion.extend({
  content: z.string().describe("The Markdown as it was saved."),
});
export type VersionWithText = z.infer<typeof versionWithText>;

export const versionCreateInput = z.strictObject({
  id: id.describe("The document whose current state gets a name."),
  label: name(100).describe("The name, shown in the history. Several versions may have the same."),
});

export const versionRestoreInput = z.strictObject({ id: documentId, number });
export const versionRestored = z.object({
  version: z.int().describe("The document's `version` after the restore."),
  number: z
    .int()
    .describe(
      "The newest saved version after the restore. If the document already had the same text, none was added.",
    ),
});
export type VersionRestored = z.infer<typeof versionRestored>;

export const versionDiffInput = z.strictObject({
  id: documentId,
  from: ordinal.describe("The number of the saved version whose lines count as removed."),
  to: ordinal
    .optional()
    .describe("The number of the saved version whose lines count as added. Without it, the current text."),
});
export type VersionDiffInput = z.infer<typeof versionDiffInput>;

/** A line of a comparison. Its parts form the whole line, including its line break if there is one. */
export const diffLine = z.object({
  kind: z
    .enum(["same", "removed", "added"])
    .describe("Whether the line is on both sides, only in `from`, or only in `to`."),
  parts: z
    .array(
      z.object({
        text: z.string().describe("A piece of the line."),
        changed: z.boolean().describe("Whether these words differ between the two sides."),
      }),
    )
    .describe("The pieces that form the whole line, including its line break if there is one."),
});

/** Lines from `line` on, counted from 1. An empty range is located before `line`. */
const lineRange = z.object({
  line: z.int().describe("The first line, counted from 1. An empty range is located before it."),
  lines: z.int().describe("How many lines of the version the hunk covers."),
});

/** A place where the texts differ, with up to three unchanged lines around it. */
export const diffHunk = z.object({
  from: lineRange.describe("The place in the text of `from`."),
  to: lineRange.describe("The place in the text of `to`."),
  lines: z
    .array(diffLine)
    .describe("The lines of both sides, with up to three unchanged ones before and after."),
});

/** A side of the comparison: a saved version or, with `number` null, the current text. */
const diffSide = z.object({
  number: z.int().nullable().describe("The number of the saved version. Null for the current text."),
  documentVersion: z.int().describe("The document's `version` that has this text."),
  title: z.string().describe("The document's title at that time."),
});

export const versionDiff = z.object({
  from: diffSide.describe("The side whose lines count as removed."),
  to: diffSide.describe("The side whose lines count as added."),
  hunks: z.array(diffHunk).describe("The places where the texts differ, from top to bottom."),
  added: z.int().describe("The number of added lines in the whole text."),
  removed: z.int().describe("The number of removed lines in the whole text."),
  coarse: z
    .boolean()
    .describe("Whether the texts differ so much that more changes are reported than necessary."),
  truncated: z.boolean().describe("Whether the result is cut: hunks are missing, or lines in the last one."),
});
export type VersionDiff = z.infer<typeof versionDiff>;

export const blameInput = z.strictObject({
  id: id.describe("The document whose lines are attributed."),
  ...pageFields,
  limit: z.int().min(1).max(1000).default(500).describe("The maximum number of ranges of lines on the page."),
});
export type BlameInput = z.infer<typeof blameInput>;

/** Consecutive lines by the same writer and co-authors, written within a few minutes. */
export const blameRange = z.object({
  line: z.int().describe("The first of the lines, counted from 1."),
  lines: z.int().describe("The number of lines in the range."),
  text: z.string().describe("The text of the lines, including line breaks."),
  writer: author.describe("The author who last wrote in each of the lines."),
  writtenAt: timestamp.describe(
    "When the last of them was written. Accurate to five minutes for older text.",
  ),
  others: z.array(author).describe("Everyone else whose text remains in the lines."),
});

export const blameList = createPageSchema(blameRange).extend({
  version: z
    .int()
    .describe(
      "The document's version that the page refers to. If it differs from the previous page's, start over.",
    ),
});
export type BlameList = z.infer<typeof blameList>;
