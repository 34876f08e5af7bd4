import { z } from "zod";

import { person } from "../auth/auth.ts";
import { maxCommentBytes } from "../limits.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { relativePosition } from "../presence.ts";
import { id, maxInt, ordinal, multiline, timestamp } from "../text.ts";

const encoder = new TextEncoder();

/**
 * The text of a comment. `@username` mentions a member of the workspace, who is notified by email. Other names stay
 * plain text.
 */
export const commentBody = multiline(maxCommentBytes)
  .refine((text) => text.trim().length > 0, "must not be empty")
  .refine((text) => encoder.encode(text).byteLength <= maxCommentBytes, "must not be larger than 10 KiB");

/** Offsets count UTF-16 units, like JavaScript strings. Lines count from 1. */
const offset = z.int().min(0).max(maxInt);
const lineNumber = ordinal;
/** The version of the text that the positions refer to. Defaults to the current one. */
const version = ordinal.optional();

/**
 * The passage that a comment refers to, in one of three forms:
 * - clients of a live document send the relative positions of both ends, in any order;
 * - clients with the text send offsets, from `from` up to but not including `to`;
 * - others send a quote, which matches its first occurrence at or after the beginning of `line`. Without a quote, the
 *   anchor is the whole line.
 */
export const commentAnchorInput = z.union([
  z.strictObject({ start: relativePosition, end: relativePosition }),
  z
    .strictObject({ version, from: offset, to: offset })
    .refine(({ from, to }) => from < to, { path: ["to"], message: "must be greater than from" }),
  z.strictObject({ version, quote: multiline(20_000).min(1), line: lineNumber.optional() }),
  z.strictObject({ version, line: lineNumber }),
]);
export type CommentAnchorInput = z.infer<typeof commentAnchorInput>;

/** The passage that a thread refers to. */
export const commentAnchor = z.object({
  /** The passage as it was when the thread was started, cut to 2,000 units. */
  quote: z.string(),
  /** Its position in the text of `version`. Null once the passage is deleted. */
  range: z.object({ version: z.int(), from: offset, to: offset, line: lineNumber }).nullable(),
  /** The ends of `range` as relative positions, which follow the passage during live editing. */
  start: relativePosition,
  end: relativePosition,
});
export type CommentAnchor = z.infer<typeof commentAnchor>;

export const comment = z.object({
  id,
  threadId: id,
  body: z.string(),
  /** Null once the account is deleted. */
  author: person.nullable(),
  /** The members that it mentions. */
  mentions: z.array(person),
  createdAt: timestamp,
  /** When it was last edited, or null. */
  editedAt: timestamp.nullable(),
});
export type Comment = z.infer<typeof comment>;

/** The comments of a thread, oldest first. */
export const commentPage = createPageSchema(comment);

export const commentThread = z.object({
  id,
  /** Null for a thread about the document as a whole. */
  anchor: commentAnchor.nullable(),
  createdAt: timestamp,
  resolvedAt: timestamp.nullable(),
  resolvedBy: person.nullable(),
  commentCount: z.int(),
  /** The first ten. `comment.thread` continues at their cursor. */
  comments: commentPage,
});
export type CommentThread = z.infer<typeof commentThread>;

/** Lists the threads of a document in order of creation: all, or only the open or resolved ones. */
export const commentListInput = z.strictObject({
  documentId: id,
  state: z.enum(["open", "resolved"]).optional(),
  ...pageFields,
  limit: pageFields.limit.unwrap().max(50).default(50),
});
export type CommentListInput = z.infer<typeof commentListInput>;
export const commentThreadList = createPageSchema(commentThread);

export const commentThreadInput = z.strictObject({ documentId: id, threadId: id, ...pageFields });
export type CommentThreadInput = z.infer<typeof commentThreadInput>;

/**
 * With `threadId`, a reply. Otherwise it starts a thread about `anchor` or, without one, about the document as a whole.
 */
export const commentCreateInput = z
  .strictObject({
    documentId: id,
    body: commentBody,
    threadId: id.optional(),
    anchor: commentAnchorInput.optional(),
  })
  .refine(({ threadId, anchor }) => threadId === undefined || anchor === undefined, {
    path: ["anchor"],
    message: "not allowed in a reply, which shares the anchor of its thread",
  });
export type CommentCreateInput = z.infer<typeof commentCreateInput>;

export const commentUpdateInput = z.strictObject({ documentId: id, id, body: commentBody });
export type CommentUpdateInput = z.infer<typeof commentUpdateInput>;
export const commentDeleteInput = z.strictObject({ documentId: id, id });
/** `threadId` identifies the thread. */
export const commentResolveInput = z.strictObject({ documentId: id, threadId: id });

/** What happened to a comment or to a whole thread. */
export const commentEvent = z.enum(["created", "updated", "deleted", "resolved", "reopened"]);
export type CommentEvent = z.infer<typeof commentEvent>;
