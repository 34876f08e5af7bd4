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

export const pushInput = z.strictObject({ id, update: encodedUpdate.min(1) });
/** `seq` is the number of the update in the operation log. The update is committed when the call returns. */
export const pushOutput = z.object({ seq: z.int() });

export const pullInput = z.strictObject({ id, stateVector: encodedStateVector.optional() });
/** The state of the server. A client that knows more than this detects that the server's history was replaced. */
const serverState = {
  /** The Yjs state vector of the server's document, as base64. Absent if `update` is the whole document. */
  stateVector: z.string().optional(),
  /** The generation of the database. It changes when a backup is restored. */
  generation: z.string().optional(),
};

/** Everything that is missing in `stateVector`, up to number `seq`. */
export const pullOutput = z.object({ seq: z.int(), update: z.string(), ...serverState });
export type PullOutput = z.infer<typeof pullOutput>;

/**
 * Where to start: after the last number that was received (`lastEventId` is the stream's ID of that change, set by the
 * client when it resumes; it shows whether the database is still the same), or with one update of everything that a
 * state vector lacks. With neither, the whole document comes first.
 */
export const changesInput = z.strictObject({
  id,
  after: z.int().min(0).max(maxInt).optional(),
  stateVector: encodedStateVector.optional(),
  lastEventId: z
    .string()
    .regex(/^\d{1,9}(-[0-9a-f]{1,32})?$/)
    .nullish(),
});

export type ChangesInput = z.infer<typeof changesInput>;

/** The document's metadata. */
export const documentMeta = z.object({
  title: z.string(),
  folderId: id.nullable(),
  deleted: z.boolean(),
});
export type DocumentMeta = z.infer<typeof documentMeta>;

export const documentChange = z.discriminatedUnion("type", [
  /** An edit of the text. */
  z.object({ type: z.literal("update"), seq: z.int(), update: z.string(), authorId: id.nullable() }),
  /** The title, the folder or the deletion state changed. */
  documentMeta.extend({ type: z.literal("meta"), seq: z.int(), authorId: id.nullable() }),
  /** A comment or a thread changed. `commentId` is null if the event concerns the whole thread. */
  z.object({
    type: z.literal("comment"),
    seq: z.int(),
    event: commentEvent,
    threadId: id,
    commentId: id.nullable(),
    authorId: id.nullable(),
  }),
  /** The reader's own role changed and still permits reading. */
  z.object({ type: z.literal("role"), seq: z.int(), role }),
  /** Everything that was missing when the stream began, in one update. */
  z.object({ type: z.literal("sync"), seq: z.int(), update: z.string(), ...serverState }),
]);
export type DocumentChange = z.infer<typeof documentChange>;

export const applyTextInput = z.strictObject({
  id,
  /** The version that the writer's text is based on. */
  baseVersion: ordinal,
  text: markdown,
  /** Identifies this write. A repeated call with the same key returns the same result and has no further effect. */
  idempotencyKey: secret(8, 100).optional(),
});
export type ApplyTextInput = z.infer<typeof applyTextInput>;

export const textApplied = z.object({
  version: z.int(),
  content: z.string(),
  /**
   * Places where both sides changed the same lines. Both are kept for a person to review. Lines count from 1 in
   * `content`.
   */
  conflicts: z.array(z.object({ line: z.int(), base: z.string(), mine: z.string(), theirs: z.string() })),
});
export type TextApplied = z.infer<typeof textApplied>;

/**
 * The result as returned. For an API key without read access, the text, which may include other people's edits, is
 * null.
 */
export const appliedText = textApplied.extend({ content: z.string().nullable() });
export type AppliedText = z.infer<typeof appliedText>;
