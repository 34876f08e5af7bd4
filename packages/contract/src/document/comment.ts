import { z } from "zod";

import { person } from "../auth.ts";
import { maxCommentBytes } from "../limits.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { relativePosition } from "../presence.ts";
import { id, maxInt, ordinal, multiline, timestamp } from "../text.ts";

const encoder = new TextEncoder();

/**
 * What is said. `@username` mentions a member of the workspace, who is sent a mail; of anyone else it is only text.
 */
export const commentBody = multiline(maxCommentBytes)
  .refine((text) => text.trim().length > 0, "must not be empty")
  .refine((text) => encoder.encode(text).byteLength <= maxCommentBytes, "is larger than 10 KiB");

/** Offsets count UTF-16 units, as strings in JavaScript do; lines count from 1. */
const offset = z.int().min(0).max(maxInt);
const lineNumber = ordinal;
/** The version of the text that they speak of: the present one, unless said otherwise. */
const version = ordinal.optional();

/**
 * The words that a comment is about, as its writer knows them:
 * - who has the document live gives the relative positions of its ends, in any order;
 * - who has its text gives the offsets in it, up to and without `to`;
 * - or the words themselves, the first such at or after the beginning of `line`; without words, all of that line.
 */
export const commentAnchorInput = z.union([
  z.strictObject({ start: relativePosition, end: relativePosition }),
  z
    .strictObject({ version, from: offset, to: offset })
    .refine(({ from, to }) => from < to, { path: ["to"], message: "must lie after from" }),
  z.strictObject({ version, quote: multiline(20_000).min(1), line: lineNumber.optional() }),
  z.strictObject({ version, line: lineNumber }),
]);
export type CommentAnchorInput = z.infer<typeof commentAnchorInput>;

/** The words that a thread is about. */
export const commentAnchor = z.object({
  /** The words as they were when the thread was begun; of many, the first 2,000 units. */
  quote: z.string(),
  /** Where they stand in the text of `version`; null when they are gone. */
  range: z.object({ version: z.int(), from: offset, to: offset, line: lineNumber }).nullable(),
  /** The same for who has the document live: the ends of `range`, which stay with them while people edit. */
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
  /** The members whom it mentions. */
  mentions: z.array(person),
  createdAt: timestamp,
  /** When it was last changed; null if it never was. */
  editedAt: timestamp.nullable(),
});
export type Comment = z.infer<typeof comment>;

/** The comments of a thread, the oldest first. */
export const commentPage = createPageSchema(comment);

export const commentThread = z.object({
  id,
  /** Null for a thread about the document as a whole. */
  anchor: commentAnchor.nullable(),
  createdAt: timestamp,
  resolvedAt: timestamp.nullable(),
  resolvedBy: person.nullable(),
  commentCount: z.int(),
  /** The first ten; `comment.thread` goes on at its cursor. */
  comments: commentPage,
});
export type CommentThread = z.infer<typeof commentThread>;

/** The threads of a document in the order in which they were begun: all, or only the open or the resolved ones. */
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

/** With `threadId` a reply; else it begins a thread, about `anchor` or, without it, about the document as a whole. */
export const commentCreateInput = z
  .strictObject({
    documentId: id,
    body: commentBody,
    threadId: id.optional(),
    anchor: commentAnchorInput.optional(),
  })
  .refine(({ threadId, anchor }) => threadId === undefined || anchor === undefined, {
    path: ["anchor"],
    message: "a reply is about what its thread is about",
  });
export type CommentCreateInput = z.infer<typeof commentCreateInput>;

export const commentUpdateInput = z.strictObject({ documentId: id, id, body: commentBody });
export type CommentUpdateInput = z.infer<typeof commentUpdateInput>;
export const commentDeleteInput = z.strictObject({ documentId: id, id });
/** `threadId` names the thread. */
export const commentResolveInput = z.strictObject({ documentId: id, threadId: id });

/** What happened to a comment, or to a thread as a whole. */
export const commentEvent = z.enum(["created", "updated", "deleted", "resolved", "reopened"]);
export type CommentEvent = z.infer<typeof commentEvent>;
