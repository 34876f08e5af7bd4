import { linearIndexOf } from "@mdreader/collab";
import { createAppendix, findPreferredLineEnding, withLineEnding } from "@mdreader/contract/line-endings";
import { z } from "zod";

import type { McpContext } from "./context.ts";
import { ToolFailure } from "./failure.ts";
import { idField, idempotencyKeyField } from "./fields.ts";
import { addTool, type ToolCall, withKey } from "./tool.ts";

const version = z.int().describe("The current version of the document");
const conflicts = z
  .array(z.object({ line: z.int(), base: z.string(), mine: z.string(), theirs: z.string() }))
  .describe("Lines that others also changed since your base version. Both changes are kept; review them");
const expectedVersion = z
  .int()
  .min(1)
  .optional()
  .describe(
    "The version that you have read. If the document has changed since, nothing is written, so that a repeated call writes once",
  );

/** Adds the tools that create and change documents. Changes are merged with concurrent edits. */
export function addWritingTools(context: McpContext): void {
  const { client } = context;

  /** Reads a text to change. @throws ToolFailure if it is not the expected version. */
  async function readBase(documentId: string, expected: number | undefined, call: ToolCall) {
    const { content, version: current } = await client.document.get.query({ id: documentId }, call);
    if (expected !== undefined && expected !== current) {
      throw new ToolFailure(
        "VERSION_CONFLICT",
        `The document has changed since version ${expected}.`,
        "Read it again; your change may already be in it.",
      );
    }
    return { content, baseVersion: current };
  }

  addTool(
    context,
    "create_document",
    {
      title: "Create a document",
      description: "Creates a Markdown document in a workspace.",
      input: {
        workspaceId: idField,
        folderId: idField.optional().describe("Default: the top level of the workspace"),
        title: z.string().min(1).max(255),
        text: z.string().default(""),
        idempotencyKey: idempotencyKeyField,
      },
      output: z.object({ id: z.string(), title: z.string(), version }),
      effect: "changes",
    },
    ({ text: content, folderId = null, idempotencyKey: key, ...rest }, call) =>
      client.document.create.mutate({ ...rest, folderId, content }, withKey(call, key)),
  );

  addTool(
    context,
    "edit_document",
    {
      title: "Edit a document",
      description: "Replaces a passage that occurs exactly once. The simplest way to change a document.",
      input: {
        id: idField,
        find: z
          .string()
          .min(1)
          .describe("The passage exactly as in the document, with enough context to be unique"),
        replace: z.string().describe("The replacement; empty to delete the passage"),
        expectedVersion,
      },
      output: z.object({ version, conflicts }),
      effect: "changes",
    },
    async ({ id: documentId, find, replace, expectedVersion: expected }, call) => {
      const { content, baseVersion } = await readBase(documentId, expected, call);
      // Multi-line passages match regardless of the document's line endings.
      const ending = findPreferredLineEnding(content);
      const piece = linearIndexOf(content, find) === -1 ? withLineEnding(find, ending) : find;
      const at = linearIndexOf(content, piece);
      if (at === -1) throw new ToolFailure("NOT_FOUND", "The passage wasn't found in the document.");
      if (linearIndexOf(content, piece, at + 1) !== -1) {
        throw new ToolFailure(
          "BAD_INPUT",
          "The passage occurs more than once in the document.",
          "Include more of the surrounding text.",
        );
      }
      const replacement = withLineEnding(replace, ending);
      const text = content.slice(0, at) + replacement + content.slice(at + piece.length);
      return client.document.applyText.mutate({ id: documentId, baseVersion, text }, call);
    },
  );

  addTool(
    context,
    "append_to_document",
    {
      title: "Append to a document",
      description: "Appends Markdown to a document, starting on a new line.",
      input: { id: idField, text: z.string().min(1), expectedVersion, idempotencyKey: idempotencyKeyField },
      output: z.object({ version, conflicts }),
      effect: "changes",
    },
    async ({ id: documentId, text: added, expectedVersion: expected, idempotencyKey: key }, call) => {
      const { content, baseVersion } = await readBase(documentId, expected, call);
      const text = content + createAppendix(content, added);
      // The key belongs to the input, because the text of a repeated call differs.
      const input = { id: documentId, baseVersion, text, idempotencyKey: key };
      return client.document.applyText.mutate(input, call);
    },
  );

  addTool(
    context,
    "write_document",
    {
      title: "Write a whole document",
      description:
        "Replaces the text of a document, based on the given version. Later edits by others are merged, never overwritten; the result contains the merged text. A repeated call changes nothing.",
      input: {
        id: idField,
        baseVersion: z
          .int()
          .min(1)
          .describe("The version returned by read_document that your text is based on"),
        text: z.string(),
        idempotencyKey: idempotencyKeyField,
      },
      output: z.object({ version, text: z.string(), conflicts }),
      effect: "changes",
      markdown: "text",
    },
    async (input, call) => {
      const { content, ...rest } = await client.document.applyText.mutate(input, call);
      return { ...rest, text: content ?? input.text };
    },
  );

  addTool(
    context,
    "rename_document",
    {
      title: "Rename a document",
      description: "Changes a document's title.",
      input: { id: idField, title: z.string().min(1).max(255) },
      output: z.object({ id: z.string(), title: z.string(), version }),
      effect: "changes",
      isIdempotent: true,
    },
    (input, call) => client.document.update.mutate(input, call),
  );
}
