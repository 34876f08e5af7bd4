import type { Client } from "@mdreader/client";
import { z } from "zod";

import { addTool, type ToolContext } from "./tool.ts";

const id = z.uuid();
const cursor = z.string().optional().describe("The nextCursor of the previous page; default: the first page");
const nextCursor = z.string().nullable().describe("The cursor of the next page; null on the last page");

/** Default number of characters of a document per call. */
const defaultLength = 50_000;

/** Adds the tools that list, search and read documents. */
export function addReadingTools(context: ToolContext, client: Client): void {
  addTool(
    context,
    "list_workspaces",
    {
      title: "List workspaces",
      description: "Lists the workspaces that you can access, with your role in each.",
      input: z.object({ cursor }),
      output: z.object({
        items: z.array(z.object({ id: z.string(), name: z.string(), role: z.string() })),
        nextCursor,
      }),
      reads: true,
    },
    ({ cursor: page }) => client.workspace.list.query({ cursor: page, limit: 100 }),
  );

  addTool(
    context,
    "list_documents",
    {
      title: "List a folder",
      description:
        "Lists the direct contents of a folder or of the top level of a workspace: folders first, then documents, by name.",
      input: z.object({
        workspaceId: id,
        folderId: id.optional().describe("Default: the top level of the workspace"),
        cursor,
      }),
      output: z.object({
        items: z.array(z.object({ kind: z.enum(["folder", "document"]), id: z.string(), name: z.string() })),
        nextCursor,
      }),
      reads: true,
    },
    ({ workspaceId, folderId = null, cursor: page }) =>
      client.document.tree.query({ workspaceId, folderId, cursor: page, limit: 100 }),
  );

  addTool(
    context,
    "search_documents",
    {
      title: "Search",
      description:
        "Finds documents that contain all of these words in the title or text, best matches first, with the matching passages. The last word matches as a prefix.",
      input: z.object({ workspaceId: id, query: z.string().min(1).max(500), cursor }),
      output: z.object({
        items: z.array(z.object({ id: z.string(), title: z.string(), fragments: z.array(z.string()) })),
        nextCursor,
      }),
      reads: true,
    },
    async ({ workspaceId, query, cursor: page }) => {
      const found = await client.document.search.query({ workspaceId, query, cursor: page, limit: 20 });
      const items = found.items.map(({ id: documentId, title, fragments }) => ({
        id: documentId,
        title,
        fragments: fragments.map((pieces) => pieces.map(({ text }) => text).join("")),
      }));
      return { items, nextCursor: found.nextCursor };
    },
  );

  addTool(
    context,
    "read_document",
    {
      title: "Read a document",
      description:
        "Returns a document's Markdown and version. Keep the version to change the document: write_document takes it as baseVersion.",
      input: z.object({
        id,
        offset: z.int().min(0).default(0).describe("The number of characters to skip at the start"),
        length: z
          .int()
          .min(1)
          .max(1_600_000)
          .default(defaultLength)
          .describe("The maximum number of characters"),
      }),
      output: z.object({
        id: z.string(),
        workspaceId: z.string(),
        title: z.string(),
        version: z.int(),
        updatedAt: z.string(),
        text: z.string(),
        totalLength: z.int().describe("The length of the whole document in characters"),
      }),
      reads: true,
    },
    async ({ id: documentId, offset, length }) => {
      const { content, ...document } = await client.document.get.query({ id: documentId });
      return { ...document, text: sliceText(content, offset, length), totalLength: content.length };
    },
  );
}

/**
 * Returns a range of a text. A boundary inside of a character, which may have two UTF-16 units, moves before it, so that
 * adjacent ranges contain each character once.
 */
export function sliceText(text: string, offset: number, length: number): string {
  const align = (index: number) => (isInsideCharacter(text, index) ? index - 1 : index);
  const part = text.slice(align(offset), align(offset + length));
  // A range inside of one character contains it, so that readers advance.
  return part === "" ? text.slice(align(offset), offset + length + 1) : part;
}

const isInsideCharacter = (text: string, index: number): boolean =>
  /[\ud800-\udbff]/.test(text.charAt(index - 1)) && /[\udc00-\udfff]/.test(text.charAt(index));
