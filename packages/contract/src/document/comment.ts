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
const version = ordinal
  .optional()
  .describe("The version of the text that the positions refer to. If omitted, the current version.");

/** The passage that a comment refers to, in one of four forms. */
export const commentAnchorInput = z.union([
  z
    .strictObject({
      start: relativePosition.describe("One end of the passage, as a Yjs relative position."),
      end: relativePosition.describe("The other end. The ends may be in any order."),
    })
    .describe("For clients of a live document: both ends, by the characters they are at."),
  z
    .strictObject({
      version,
      from: offset.describe("Where the passage begins, in UTF-16 units from 0."),
      to: offset.describe("Where the passage ends, in UTF-16 units; the unit at `to` isn't part of it."),
    })
    .refine(({ from, to }) => from < to, { path: ["to"], message: "must be greater than from" })
    .describe("For clients with the text: offsets in it."),
  z
    .strictObject({
      version,
      quote: multiline(20_000).min(1).describe("The words of the passage, exactly as in the Markdown."),
      line: lineNumber
        .optional()
        .describe(
          "Finds the first occurrence at or after this line, counted from 1. If omitted, the first one in the text.",
        ),
    })
    .describe("For everyone else: the quoted words."),
  z
    .strictObject({
      version,
      line: lineNumber.describe("The line that is the passage, counted from 1."),
    })
    .describe("A whole line."),
]);
export type CommentAnchorInput = z.infer<typeof commentAnchorInput>;

/** The passage that a thread refers to. */
export const commentAnchor = z.object({
  quote: z.string().describe("The passage as it was when the thread was started, cut to 2,000 UTF-16 units."),
  range: z
    .object({
      version: z.int().describe("The version of the document that the positions refer to."),
      from: offset.describe("Where the passage begins, in UTF-16 units from 0."),
      to: offset.describe("Where the passage ends, in UTF-16 units; the unit at `to` isn't part of it."),
      line: lineNumber.describe("The line in which it begins, counted from 1."),
    })
    .nullable()
    .describe("Where the passage is now. Null once it is deleted."),
  start: relativePosition.describe(
    "The beginning as a relative position, which follows the passage during live editing.",
  ),
  end: relativePosition.describe(
    "The end as a relative position, which follows the passage during live editing.",
  ),
});
export type CommentAnchor = z.infer<typeof commentAnchor>;

export const comment = z.object({
  id: id.describe("Identifies the comment, for editing or deleting it."),
  threadId: id.describe("The thread that the comment belongs to. Replies are sent to it."),
  body: z.string().describe("The text of the comment, as its author wrote it."),
  author: person.nullable().describe("The author. Null once the account is deleted."),
  mentions: z.array(person).describe("The members that the text mentions as `@username`."),
  createdAt: timestamp.describe("When the comment was written."),
  editedAt: timestamp.nullable().describe("When it was last edited. Null if it never was."),
});
export type Comment = z.infer<typeof comment>;

/** The comments of a thread, oldest first. */
export const commentPage = createPageSchema(comment);

export const commentThread = z.object({
  id: id.describe("Identifies the thread, for replying to it or resolving it."),
  anchor: commentAnchor
    .nullable()
    .describe("The passage that the thread is about. Null if it is the document as a whole."),
  createdAt: timestamp.describe("When the thread was started."),
  resolvedAt: timestamp.nullable().describe("When the thread was resolved. Null while it is open."),
  resolvedBy: person
    .nullable()
    .describe("The user who resolved the thread. Null while it is open, and once the account is deleted."),
  commentCount: z.int().describe("The number of comments in the thread."),
  comments: commentPage.describe("The first ten comments. `comment.thread` continues at their `nextCursor`."),
});
export type CommentThread = z.infer<typeof commentThread>;

export const commentListInput = z.strictObject({
  documentId: id.describe("The document whose threads are listed."),
  state: z
    .enum(["open", "resolved"])
    .optional()
    .describe("Lists only threads in this state. By default, all threads are listed."),
  ...pageFields,
  limit: pageFields.limit.unwrap().max(50).default(50).describe("The maximum number of threads on the page."),
});
export type CommentListInput = z.infer<typeof commentListInput>;
export const commentThreadList = createPageSchema(commentThread);

export const commentThreadInput = z.strictObject({
  documentId: id.describe("The document that the thread is about."),
  threadId: id.describe("The thread whose comments are listed."),
  ...pageFields,
});
export type CommentThreadInput = z.infer<typeof commentThreadInput>;

export const commentCreateInput = z
  .strictObject({
    documentId: id.describe("The document to comment on."),
    body: commentBody.describe(
      "The text, at most 10 KiB in UTF-8. `@username` mentions a member, who gets an email.",
    ),
    threadId: id.optional().describe("The thread to reply to. If omitted, the comment starts a thread."),
    anchor: commentAnchorInput
      .optional()
      .describe("The passage of a new thread. If omitted, the thread is about the document as a whole."),
  })
  .refine(({ threadId, anchor }) => threadId === undefined || anchor === undefined, {
    path: ["anchor"],
    message: "not allowed in a reply, which shares the anchor of its thread",
  });
export type CommentCreateInput = z.infer<typeof commentCreateInput>;

export const commentUpdateInput = z.strictObject({
  documentId: id.describe("The document that the comment is about."),
  id: id.describe("The comment to edit, which the caller must have written."),
  body: commentBody.describe(
    "The new text, at most 10 KiB in UTF-8. Only members not mentioned before are notified.",
  ),
});
export type CommentUpdateInput = z.infer<typeof commentUpdateInput>;
export const commentDeleteInput = z.strictObject({
  documentId: id.describe("The document that the comment is about."),
  id: id.describe("The comment to delete. Deleting the last comment of a thread also deletes the thread."),
});
export const commentResolveInput = z.strictObject({
  documentId: id.describe("The document that the thread is about."),
  threadId: id.describe("The thread that is resolved or reopened."),
});

/** The kinds of changes of a comment or a whole thread. */
export const commentEvent = z.enum(["created", "updated", "deleted", "resolved", "reopened"]);
export type CommentEvent = z.infer<typeof commentEvent>;
