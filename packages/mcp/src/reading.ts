import type { RouterOutputs } from "@mdreader/client";
import { lineStarts } from "@mdreader/contract/line-endings";
import { z } from "zod";

import type { McpContext } from "./context.ts";
import { cursorField, idField, nextCursorField, timeField } from "./fields.ts";
import { findLine, rangeInput, rangeOutput, readRange } from "./text-range.ts";
import { addTool } from "./tool.ts";

/** Adds the tools that list, search and read documents. */
export function addReadingTools(context: McpContext): void {
  const { client } = context;
  addTool(
    context,
    "list_workspaces",
    {
      title: "List workspaces",
      description: "Lists the workspaces that you can access, with your role in each.",
      input: { cursor: cursorField },
      output: z.object({
        items: z.array(z.object({ id: z.string(), name: z.string(), role: z.string() })),
        nextCursor: nextCursorField,
      }),
      effect: "reads",
    },
    ({ cursor: page }, call) => client.workspace.list.query({ cursor: page, limit: 100 }, call),
  );

  addTool(
    context,
    "list_documents",
    {
      title: "List a folder",
      description:
        "Lists the direct contents of a folder or of the top level of a workspace: folders first, then documents, by name.",
      input: {
        workspaceId: idField,
        folderId: idField.optional().describe("Default: the top level of the workspace"),
        cursor: cursorField,
      },
      output: z.object({
        items: z.array(z.object({ kind: z.enum(["folder", "document"]), id: z.string(), name: z.string() })),
        nextCursor: nextCursorField,
      }),
      effect: "reads",
    },
    ({ workspaceId, folderId = null, cursor: page }, call) =>
      client.document.tree.query({ workspaceId, folderId, cursor: page, limit: 100 }, call),
  );

  addTool(
    context,
    "search_documents",
    {
      title: "Search",
      description:
        "Finds documents that contain all of these words in the title or text, with the matching passages and where they are. The last word matches as a prefix. A page may have no items but a nextCursor; if so, continue.",
      input: {
        workspaceId: idField,
        query: z.string().min(1).max(500),
        folderId: idField.optional().describe("Only in this folder and its subfolders"),
        authorId: idField.optional().describe("Only what this user created or was the last to edit"),
        changedSince: timeField.optional().describe("Only what changed at this time or later"),
        changedBefore: timeField.optional().describe("Only what changed before this time"),
        sort: z
          .enum(["relevance", "newest"])
          .default("relevance")
          .describe("`newest`: the most recently created first. Default: the best match first"),
        cursor: cursorField,
      },
      output: z.object({
        items: z.array(
          z.object({ id: z.string(), title: z.string(), version: z.int(), passages: z.array(passage) }),
        ),
        nextCursor: nextCursorField,
      }),
      effect: "reads",
    },
    async (input, call) => {
      const found = await client.document.search.query({ ...input, limit: hitsPerPage }, call);
      const items = [];
      // One after another, because each text may be megabytes long.
      for (const { id: documentId, title, fragments } of found.items) {
        const { content, version } = await client.document.get.query({ id: documentId }, call);
        items.push({ id: documentId, title, version, passages: locate(content, fragments) });
      }
      return { items, nextCursor: found.nextCursor };
    },
  );

  addTool(
    context,
    "read_document",
    {
      title: "Read a document",
      description:
        "Returns a document's Markdown, or a range of its lines, and its version. Keep the version to change the document: write_document takes it as baseVersion.",
      input: { id: idField, ...rangeInput },
      output: z.object({
        id: z.string(),
        workspaceId: z.string(),
        folderId: z.string().nullable(),
        title: z.string(),
        version: z.int(),
        updatedAt: z.string(),
        ...rangeOutput,
      }),
      effect: "reads",
      markdown: "text",
    },
    async ({ id: documentId, ...range }, call) => {
      const { content, ...document } = await client.document.get.query({ id: documentId }, call);
      return { ...document, ...readRange(content, range) };
    },
  );

  addTool(
    context,
    "list_backlinks",
    {
      title: "List backlinks",
      description: "Lists the documents that link to a document, with the first line that does.",
      input: { documentId: idField, cursor: cursorField },
      output: z.object({
        items: z.array(z.object({ id: z.string(), title: z.string(), line: z.string() })),
        nextCursor: nextCursorField,
      }),
      effect: "reads",
    },
    ({ documentId, cursor: page }, call) =>
      client.document.backlinks.query({ documentId, cursor: page }, call),
  );
}

const hitsPerPage = 10;

const passage = z.object({
  text: z.string(),
  line: z.int().nullable().describe("The line in which it begins; null if the text has just changed"),
  offset: z.int().nullable(),
});

type Fragment = RouterOutputs["document"]["search"]["items"][number]["fragments"][number];

/** Finds the fragments of a text, which are in its order. */
function locate(content: string, fragments: readonly Fragment[]): z.output<typeof passage>[] {
  const starts = lineStarts(content);
  let from = 0;
  return fragments.map((pieces) => {
    const text = pieces.map((piece) => piece.text).join("");
    const offset = content.indexOf(text, from);
    if (offset === -1) return { text, line: null, offset: null };
    from = offset + text.length;
    return { text, line: findLine(starts, offset) + 1, offset };
  });
}
