import type { Client } from "@mdreader/client";
import { z } from "zod";

import { addTool, type ToolContext } from "./tool.ts";

const id = z.uuid();
const cursor = z
  .string()
  .optional()
  .describe("The nextCursor of the page before; without it, the first page");
const nextCursor = z.string().nullable().describe("Ask with it for the next page; null on the last");

/** How many characters of a document are given at once, unless asked otherwise. */
const usualLength = 50_000;

/** Finding and reading. */
export function addReadingTools(desk: ToolContext, client: Client): void {
  addTool(
    desk,
    "list_workspaces",
    {
      title: "List workspaces",
      description: "The workspaces that you can use, with your role in each.",
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
    desk,
    "list_documents",
    {
      title: "List a folder",
      description:
        "What lies directly in a folder of a workspace, or at its top: folders first, then documents, by name.",
      input: z.object({
        workspaceId: id,
        folderId: id.optional().describe("Without it, the top of the workspace"),
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
    desk,
    "search_documents",
    {
      title: "Search",
      description:
        "Documents with all of these words in title or text, best first, with the places that match. The last word may be the beginning of one.",
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
    desk,
    "read_document",
    {
      title: "Read a document",
      description:
        "A document's Markdown, with its version. To change it, keep the version: write_document takes it as the base.",
      input: z.object({
        id,
        offset: z.int().min(0).default(0).describe("Characters to leave out at the beginning"),
        length: z.int().min(1).max(1_600_000).default(usualLength).describe("Characters to give at the most"),
      }),
      output: z.object({
        id: z.string(),
        workspaceId: z.string(),
        title: z.string(),
        version: z.int(),
        updatedAt: z.string(),
        text: z.string(),
        totalLength: z.int().describe("Characters of the whole document"),
      }),
      reads: true,
    },
    async ({ id: documentId, offset, length }) => {
      const { content, ...document } = await client.document.get.query({ id: documentId });
      return { ...document, text: content.slice(offset, offset + length), totalLength: content.length };
    },
  );
}
