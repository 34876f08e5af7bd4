import { z } from "zod";

import type { McpContext } from "./context.ts";
import { cursorField, idField, idempotencyKeyField, nextCursorField } from "./fields.ts";
import { addTool, type ToolCall, withKey } from "./tool.ts";

const folderOutput = z.object({ id: z.string(), name: z.string(), parentId: z.string().nullable() });
const kind = z.enum(["document", "folder", "file"]);
const targetFolder = idField.nullable().describe("Null: the top level of the workspace");
const idOutput = z.object({ id: z.string() });

/** Adds the tools for folders, moves and the trash. */
export function addOrganizingTools(context: McpContext): void {
  const { client } = context;
  addTool(
    context,
    "create_folder",
    {
      title: "Create a folder",
      description: "Creates a folder in a workspace.",
      input: {
        workspaceId: idField,
        name: z.string().min(1).max(255),
        parentId: idField.optional().describe("Default: the top level of the workspace"),
        idempotencyKey: idempotencyKeyField,
      },
      output: folderOutput,
      effect: "changes",
    },
    ({ idempotencyKey: key, ...input }, call) =>
      client.document.folder.create.mutate(input, withKey(call, key)),
  );

  addTool(
    context,
    "rename_folder",
    {
      title: "Rename a folder",
      description: "Changes the name of a folder.",
      input: { id: idField, name: z.string().min(1).max(255) },
      output: folderOutput,
      effect: "changes",
      isIdempotent: true,
    },
    (input, call) => client.document.folder.rename.mutate(input, call),
  );

  addTool(
    context,
    "move_folder",
    {
      title: "Move a folder",
      description: "Moves a folder with everything in it.",
      input: { id: idField, parentId: targetFolder },
      output: folderOutput,
      effect: "changes",
      isIdempotent: true,
    },
    (input, call) => client.document.folder.move.mutate(input, call),
  );

  addTool(
    context,
    "move_document",
    {
      title: "Move a document",
      description: "Moves a document to another folder, with its attachments.",
      input: { id: idField, folderId: targetFolder },
      output: z.object({ id: z.string(), title: z.string(), folderId: z.string().nullable() }),
      effect: "changes",
      isIdempotent: true,
    },
    (input, call) => client.document.move.mutate(input, call),
  );

  addTool(
    context,
    "list_trash",
    {
      title: "List the trash",
      description: "Lists deleted documents, folders and files of a workspace, newest first.",
      input: { workspaceId: idField, cursor: cursorField },
      output: z.object({
        items: z.array(
          z.object({ kind, id: z.string(), name: z.string(), deletedAt: z.string(), purgeAt: z.string() }),
        ),
        nextCursor: nextCursorField,
      }),
      effect: "reads",
    },
    ({ workspaceId, cursor: page }, call) => client.document.trash.query({ workspaceId, cursor: page }, call),
  );

  const remove = {
    document: (item: string, call: ToolCall) => client.document.delete.mutate({ id: item }, call),
    folder: (item: string, call: ToolCall) => client.document.folder.delete.mutate({ id: item }, call),
    file: (item: string, call: ToolCall) => client.file.delete.mutate({ id: item }, call),
  };
  addTool(
    context,
    "move_to_trash",
    {
      title: "Delete",
      description:
        "Moves a document, a file or a folder with everything in it to the trash. restore_from_trash undoes it.",
      input: { kind, id: idField },
      output: idOutput,
      effect: "deletes",
    },
    async ({ kind: itemKind, id: item }, call) => {
      await remove[itemKind](item, call);
      return { id: item };
    },
  );

  const restore = {
    document: (item: string, call: ToolCall) => client.document.restore.mutate({ id: item }, call),
    folder: (item: string, call: ToolCall) => client.document.folder.restore.mutate({ id: item }, call),
    file: (item: string, call: ToolCall) => client.file.restore.mutate({ id: item }, call),
  };
  addTool(
    context,
    "restore_from_trash",
    {
      title: "Restore",
      description: "Restores a document, a file or a folder with everything that was deleted with it.",
      input: { kind, id: idField },
      output: idOutput,
      effect: "changes",
    },
    async ({ kind: itemKind, id: item }, call) => {
      await restore[itemKind](item, call);
      return { id: item };
    },
  );
}
