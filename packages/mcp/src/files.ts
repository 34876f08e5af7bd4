import { z } from "zod";

import type { McpContext } from "./context.ts";
import { cursorField, idField, nextCursorField } from "./fields.ts";
import { addTool } from "./tool.ts";

const fileOutput = z.object({
  id: z.string(),
  documentId: z.string().nullable().describe("The document that the file is attached to"),
  folderId: z.string().nullable(),
  path: z.string().describe("The path below its folder, by which Markdown in that folder refers to it"),
  mediaType: z.string(),
  size: z.int().describe("The size in bytes"),
});

/** Adds the tools for files. `move_to_trash` deletes them. */
export function addFileTools(context: McpContext): void {
  const { client, url } = context;
  addTool(
    context,
    "list_files",
    {
      title: "List files",
      description: "Lists the files of a workspace, of one folder, or the attachments of one document.",
      input: {
        workspaceId: idField,
        folderId: idField
          .nullable()
          .optional()
          .describe("Null: those at the top level; default: all folders"),
        documentId: idField.optional(),
        cursor: cursorField,
      },
      output: z.object({ items: z.array(fileOutput), nextCursor: nextCursorField }),
      effect: "reads",
    },
    ({ cursor: page, ...input }, call) => client.file.list.query({ ...input, cursor: page }, call),
  );

  addTool(
    context,
    "get_file_link",
    {
      title: "Get a link to a file",
      description:
        "Returns a URL that downloads a file without a key for a few minutes, as long as you have access.",
      input: { id: idField },
      output: z.object({ url: z.string(), expiresAt: z.string() }),
      effect: "reads",
    },
    async (input, call) => {
      const { url: path, expiresAt } = await client.file.downloadUrl.query(input, call);
      return { url: new URL(path.replace(/^\//, ""), `${url.replace(/\/$/, "")}/`).href, expiresAt };
    },
  );

  addTool(
    context,
    "move_file",
    {
      title: "Move a file",
      description: "Moves a file to another folder, another path below it, or both.",
      input: {
        id: idField,
        folderId: idField.nullable().optional().describe("Null: the top level; default: unchanged"),
        path: z.string().optional().describe("Default: unchanged"),
      },
      output: fileOutput,
      effect: "changes",
      isIdempotent: true,
    },
    (input, call) => client.file.move.mutate(input, call),
  );
}
