import { type Client, findPreferredLineEnding, withLineEnding } from "@mdreader/client";
import { z } from "zod";

import { createAppendix } from "../append-text.ts";
import { Failure } from "../failure.ts";
import { addTool, type ToolContext } from "./tool.ts";

const id = z.uuid();
const version = z.int().describe("The current version of the document");
const conflicts = z
  .array(z.object({ line: z.int(), base: z.string(), mine: z.string(), theirs: z.string() }))
  .describe("Lines that others also changed since your base version. Both changes are kept; review them");

/** Adds the tools that create and change documents. Changes are merged with concurrent edits. */
export function addWritingTools(context: ToolContext, client: Client): void {
  addTool(
    context,
    "create_document",
    {
      title: "Create a document",
      description: "Creates a Markdown document in a workspace.",
      input: z.object({
        workspaceId: id,
        folderId: id.optional().describe("Default: the top level of the workspace"),
        title: z.string().min(1).max(255),
        text: z.string().default(""),
      }),
      output: z.object({ id: z.string(), title: z.string(), version }),
      reads: false,
    },
    ({ text: content, folderId = null, ...rest }) =>
      client.document.create.mutate({ ...rest, folderId, content }),
  );

  addTool(
    context,
    "edit_document",
    {
      title: "Edit a document",
      description: "Replaces a passage that occurs exactly once. The simplest way to change a document.",
      input: z.object({
        id,
        find: z
          .string()
          .min(1)
          .describe("The passage exactly as in the document, with enough context to be unique"),
        replace: z.string().describe("The replacement; empty to delete the passage"),
      }),
      output: z.object({ version, conflicts }),
      reads: false,
    },
    async ({ id: documentId, find, replace }) => {
      const { content, version: baseVersion } = await client.document.get.query({ id: documentId });
      // Multi-line passages match regardless of the document's line endings.
      const ending = findPreferredLineEnding(content);
      const piece = content.includes(find) ? find : withLineEnding(find, ending);
      const at = content.indexOf(piece);
      if (at === -1) throw new Failure("NOT_FOUND", "The passage was not found in the document.");
      if (content.includes(piece, at + 1)) {
        throw new Failure("BAD_INPUT", "The passage occurs more than once in the document.", {
          hint: "Include more of the surrounding text.",
        });
      }
      const replacement = withLineEnding(replace, ending);
      const text = content.slice(0, at) + replacement + content.slice(at + piece.length);
      return client.document.applyText.mutate({ id: documentId, baseVersion, text });
    },
  );

  addTool(
    context,
    "append_to_document",
    {
      title: "Append to a document",
      description: "Appends Markdown to a document, starting on a new line.",
      input: z.object({ id, text: z.string().min(1) }),
      output: z.object({ version, conflicts }),
      reads: false,
    },
    async ({ id: documentId, text: added }) => {
      const { content, version: baseVersion } = await client.document.get.query({ id: documentId });
      const text = content + createAppendix(content, added);
      return client.document.applyText.mutate({ id: documentId, baseVersion, text });
    },
  );

  addTool(
    context,
    "write_document",
    {
      title: "Write a whole document",
      description:
        "Replaces the text of a document, based on the given version. Later edits by others are merged, never overwritten; the result contains the merged text.",
      input: z.object({
        id,
        baseVersion: z
          .int()
          .min(1)
          .describe("The version returned by read_document that your text is based on"),
        text: z.string(),
        idempotencyKey: z
          .string()
          .min(8)
          .max(100)
          .optional()
          .describe("Identifies this write; a repeated call with the same key has no further effect"),
      }),
      output: z.object({ version, text: z.string(), conflicts }),
      reads: false,
    },
    async (input) => {
      const { content, ...rest } = await client.document.applyText.mutate(input);
      return { ...rest, text: content ?? input.text };
    },
  );

  addTool(
    context,
    "rename_document",
    {
      title: "Rename a document",
      description: "Changes a document's title.",
      input: z.object({ id, title: z.string().min(1).max(255) }),
      output: z.object({ id: z.string(), title: z.string(), version }),
      reads: false,
    },
    (input) => client.document.update.mutate(input),
  );
}
