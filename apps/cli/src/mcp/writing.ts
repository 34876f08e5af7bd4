import { type Client, findPreferredLineEnding, withLineEnding } from "@mdreader/client";
import { z } from "zod";

import { createAppendix } from "../append-text.ts";
import { Failure } from "../failure.ts";
import { addTool, type ToolContext } from "./tool.ts";

const id = z.uuid();
const version = z.int().describe("The version that the document has now");
const conflicts = z
  .array(z.object({ line: z.int(), base: z.string(), mine: z.string(), theirs: z.string() }))
  .describe("Lines that somebody else changed too since your base: both changes are there now; look at them");

/** Making and changing documents. People may be writing in them at the same time: every change is merged. */
export function addWritingTools(desk: ToolContext, client: Client): void {
  addTool(
    desk,
    "create_document",
    {
      title: "Create a document",
      description: "A new document of Markdown in a workspace.",
      input: z.object({
        workspaceId: id,
        folderId: id.optional().describe("Without it, the top of the workspace"),
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
    desk,
    "edit_document",
    {
      title: "Replace a piece of a document",
      description:
        "Replaces one piece of the text, which must occur exactly once, by another. The simplest way to change a document.",
      input: z.object({
        id,
        find: z
          .string()
          .min(1)
          .describe("The piece as it stands there now, with enough around it to be the only one"),
        replace: z.string().describe("What stands there afterwards; empty to remove it"),
      }),
      output: z.object({ version, conflicts }),
      reads: false,
    },
    async ({ id: documentId, find, replace }) => {
      const { content, version: baseVersion } = await client.document.get.query({ id: documentId });
      // A piece of several lines is meant, however the document ends its lines.
      const ending = findPreferredLineEnding(content);
      const piece = content.includes(find) ? find : withLineEnding(find, ending);
      const at = content.indexOf(piece);
      if (at === -1) throw new Failure("NOT_FOUND", "The document does not have that piece of text.");
      if (content.includes(piece, at + 1)) {
        throw new Failure("BAD_INPUT", "The document has that piece of text more than once.", {
          hint: "Give more of what is around it.",
        });
      }
      const replacement = withLineEnding(replace, ending);
      const text = content.slice(0, at) + replacement + content.slice(at + piece.length);
      return client.document.applyText.mutate({ id: documentId, baseVersion, text });
    },
  );

  addTool(
    desk,
    "append_to_document",
    {
      title: "Add to the end of a document",
      description: "Adds Markdown at the end of a document, on a line of its own.",
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
    desk,
    "write_document",
    {
      title: "Write a whole document",
      description:
        "Writes a whole text that was made from the version given. What others have written since is kept and merged, never overwritten; the answer has the merged text.",
      input: z.object({
        id,
        baseVersion: z
          .int()
          .min(1)
          .describe("The version that read_document gave you, from which you made your text"),
        text: z.string(),
        idempotencyKey: z
          .string()
          .min(8)
          .max(100)
          .optional()
          .describe("Names this write: asked again with the same one, it is not done again"),
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
    desk,
    "rename_document",
    {
      title: "Rename a document",
      description: "Gives a document another title.",
      input: z.object({ id, title: z.string().min(1).max(255) }),
      output: z.object({ id: z.string(), title: z.string(), version }),
      reads: false,
    },
    (input) => client.document.update.mutate(input),
  );
}
