import { z } from "zod";

import { maxDocumentBytes } from "../limits.ts";
import { id, markdown, maxInt, ordinal, secret } from "../text.ts";
import { role } from "../workspace/workspace.ts";
import { commentEvent } from "./comment.ts";

/** The largest update in bytes. */
export const maxUpdateBytes = maxDocumentBytes;

/** Base64 takes four characters for three bytes. */
const base64 = (maxBytes: number) => z.base64().max(Math.ceil(maxBytes / 3) * 4);

/** A Yjs update in the V1 encoding, as base64. */
export const encodedUpdate = base64(maxUpdateBytes);
/** A Yjs state vector, as base64: a few bytes per client ID that ever wrote. */
export const encodedStateVector = base64(1024 * 1024);

export const pushInput = z.strictObject({
  id: id.describe("The document to edit."),
  update: encodedUpdate
    .min(1)
    .describe(
      "A Yjs update in the V1 encoding, as base64. It may change only the text `content`, under client IDs of the sender.",
    ),
});
export const pushOutput = z.object({
  seq: z
    .int()
    .describe(
      "The number of the edit in the operation log, which is the document's version. The edit is committed.",
    ),
});

export const pullInput = z.strictObject({
  id: id.describe("The document to read."),
  stateVector: encodedStateVector
    .optional()
    .describe(
      "The caller's state, as a Yjs state vector in base64. If omitted, the whole document is returned.",
    ),
});
/** The state of the server. A client that knows more than this detects that the server's history was replaced. */
const serverState = {
  stateVector: z
    .string()
    .optional()
    .describe(
      "The Yjs state vector of the server's document, as base64. Absent if `update` is the whole document.",
    ),
  generation: z
    .string()
    .optional()
    .describe("Identifies the history of the database. Restoring a backup changes it."),
};

export const pullOutput = z.object({
  seq: z.int().describe("The version of the document that the update leads to."),
  update: z.string().describe("Everything that `stateVector` lacks, as a Yjs update in base64."),
  ...serverState,
});
export type PullOutput = z.infer<typeof pullOutput>;

export const changesInput = z.strictObject({
  id: id.describe("The document to follow."),
  after: z
    .int()
    .min(0)
    .max(maxInt)
    .optional()
    .describe("Starts after the change with this `seq`. It takes precedence over `stateVector`."),
  stateVector: encodedStateVector
    .optional()
    .describe(
      "Starts with everything that this Yjs state vector lacks. Without it and `after`, with the whole document.",
    ),
  lastEventId: z
    .string()
    .regex(/^\d{1,9}(-[0-9a-f]{1,32})?$/)
    .nullish()
    .describe(
      "The stream's ID of the last change received, which clients send to resume. It takes precedence over `after`. " +
        "After a backup is restored, it is recognized as outdated.",
    ),
});

export type ChangesInput = z.infer<typeof changesInput>;

/** The document's metadata. */
export const documentMeta = z.object({
  title: z.string().describe("The document's title."),
  folderId: id.nullable().describe("The folder that contains it. Null for the top level."),
  deleted: z.boolean().describe("Whether the document is in the trash. The stream then ends."),
});

const seq = z
  .int()
  .describe("The number of the change in the operation log, without gaps. Start after it to resume.");
const authorId = id.nullable().describe("The user who made the change. Null once the account is deleted.");

export const documentChange = z.discriminatedUnion("type", [
  z
    .object({
      type: z.literal("update").describe("Someone edited the text."),
      seq,
      update: z.string().describe("The edit as a Yjs update in base64."),
      authorId,
    })
    .describe("An edit of the text."),
  documentMeta
    .extend({ type: z.literal("meta").describe("The title, folder or deletion changed."), seq, authorId })
    .describe("The metadata after a change."),
  z
    .object({
      type: z.literal("comment").describe("A comment or a thread changed."),
      seq,
      event: commentEvent.describe("The change to the comment or thread."),
      threadId: id.describe("The thread that changed, or whose comment did."),
      commentId: id.nullable().describe("The comment that changed. Null if it was the whole thread."),
      authorId,
    })
    .describe("A change to a comment. The comment itself is read with `comment.thread`."),
  z
    .object({
      type: z.literal("role").describe("The reader's own role changed."),
      seq: z.int().describe("The `seq` of the previous change, because this one isn't part of the log."),
      role: role.describe("The reader's new role, which still permits reading."),
    })
    .describe("A notice for this reader alone."),
  z
    .object({
      type: z.literal("sync").describe("The stream begins with what the reader lacks."),
      seq: z.int().describe("The version of the document that the update leads to."),
      update: z.string().describe("Everything that was missing, as one Yjs update in base64."),
      ...serverState,
    })
    .describe("The first event, unless the stream resumes after a number."),
]);
export type DocumentChange = z.infer<typeof documentChange>;

export const applyTextInput = z.strictObject({
  id: id.describe("The document to write to."),
  baseVersion: ordinal.describe("The version that the text was edited from. Later changes are kept."),
  text: markdown.describe("The whole text as it should be. Its difference from the base version is merged."),
  idempotencyKey: secret(8, 100)
    .optional()
    .describe(
      "Identifies this write. A repeated call with the same key returns the same result and changes nothing.",
    ),
});

export const textApplied = z.object({
  version: z.int().describe("The version after the merge, whose text is `content`."),
  content: z.string().describe("The merged text. It may include edits of others."),
  conflicts: z
    .array(
      z.object({
        line: z.int().describe("The line at which the place begins in `content`, counted from 1."),
        base: z.string().describe("The lines in the base version."),
        mine: z.string().describe("The lines as the caller wrote them."),
        theirs: z.string().describe("The lines as others had changed them."),
      }),
    )
    .describe(
      "Places where both sides changed the same lines. Both are kept in the text, for a person to review.",
    ),
});
export type TextApplied = z.infer<typeof textApplied>;

/**
 * The result as returned. For an API key without read access, the text, which may include other people's edits, is
 * null.
 */
export const appliedText = textApplied.extend({
  content: z
    .string()
    .nullable()
    .describe(
      "The merged text. It may include edits of others. Null for an API key without the `read` scope.",
    ),
});
export type AppliedText = z.infer<typeof appliedText>;
