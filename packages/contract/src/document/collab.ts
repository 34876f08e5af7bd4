import { z } from "zod";

import { maxDocumentBytes } from "../limits.ts";
import { id, markdown, maxInt, ordinal, secret } from "../text.ts";
import { role } from "../workspace/workspace.ts";
import { commentEvent } from "./comment.ts";

/** The largest update, in bytes. */
export const maxUpdateBytes = maxDocumentBytes;

/** Base64 takes four characters for three bytes. */
const base64 = (maxBytes: number) => z.base64().max(Math.ceil(maxBytes / 3) * 4);

/** A Yjs update in the V1 encoding, in base64. */
export const encodedUpdate = base64(maxUpdateBytes);
/** A Yjs state vector, in base64: a few bytes for each client id that ever wrote. */
export const encodedStateVector = base64(1024 * 1024);

export const pushInput = z.strictObject({ id, update: encodedUpdate.min(1) });
/** `seq` is the number under which the update is kept: by the time it is answered, it is committed. */
export const pushOutput = z.object({ seq: z.int() });

export const pullInput = z.strictObject({ id, stateVector: encodedStateVector.optional() });
/** How far the server itself has come: by it a client that knows more tells that the server has another past. */
const serverState = {
  /** The Yjs state vector of the server's document, in base64. Absent where `update` is the whole document. */
  stateVector: z.string().optional(),
  /** Names the database; another one, such as a restored backup, has another name. */
  generation: z.string().optional(),
};

/** All that who has `stateVector` lacks, up to number `seq`. */
export const pullOutput = z.object({ seq: z.int(), update: z.string(), ...serverState });
export type PullOutput = z.infer<typeof pullOutput>;

/**
 * Where to begin: after the number last seen (`lastEventId` is the id that the stream gave that change, and set by the client
 * when it resumes: it tells whether the database is still the same), or with one update of all that a state vector lacks.
 * With neither, the whole document comes first.
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

/** What is around the text. */
export const documentMeta = z.object({
  title: z.string(),
  folderId: id.nullable(),
  deleted: z.boolean(),
});
export type DocumentMeta = z.infer<typeof documentMeta>;

export const documentChange = z.discriminatedUnion("type", [
  /** An edit of the text. */
  z.object({ type: z.literal("update"), seq: z.int(), update: z.string(), authorId: id.nullable() }),
  /** The title, the folder or the deletion changed. */
  documentMeta.extend({ type: z.literal("meta"), seq: z.int(), authorId: id.nullable() }),
  /** Someone commented, or resolved a thread. `commentId` is null where the thread as a whole is meant. */
  z.object({
    type: z.literal("comment"),
    seq: z.int(),
    event: commentEvent,
    threadId: id,
    commentId: id.nullable(),
    authorId: id.nullable(),
  }),
  /** The reader's own role has changed, and still lets them read. */
  z.object({ type: z.literal("role"), seq: z.int(), role }),
  /** All that was lacking when the stream began, in one update. */
  z.object({ type: z.literal("sync"), seq: z.int(), update: z.string(), ...serverState }),
]);
export type DocumentChange = z.infer<typeof documentChange>;

export const applyTextInput = z.strictObject({
  id,
  /** The version whose text the writer started from. */
  baseVersion: ordinal,
  text: markdown,
  /** Names this write: asked again with the same key, it is answered the same and not done again. */
  idempotencyKey: secret(8, 100).optional(),
});
export type ApplyTextInput = z.infer<typeof applyTextInput>;

export const textApplied = z.object({
  version: z.int(),
  content: z.string(),
  /** Where both sides changed the same lines: both are kept; a person should look. Lines count from 1 in `content`. */
  conflicts: z.array(z.object({ line: z.int(), base: z.string(), mine: z.string(), theirs: z.string() })),
});
export type TextApplied = z.infer<typeof textApplied>;

/** The same as it is answered: for an API key that may write and not read, without what others wrote. */
export const appliedText = textApplied.extend({ content: z.string().nullable() });
export type AppliedText = z.infer<typeof appliedText>;
