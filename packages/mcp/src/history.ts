import type { RouterOutputs } from "@mdreader/client";
import { z } from "zod";

import type { McpContext } from "./context.ts";
import { cursorField, idField, idempotencyKeyField, nextCursorField } from "./fields.ts";
import { rangeInput, rangeOutput, readRange } from "./text-range.ts";
import { addTool, withKey } from "./tool.ts";

const versionNumber = z.int().min(1).describe("The number of a saved version, as list_versions returns it");

const savedVersion = z.object({
  number: z.int(),
  reason: z.string().describe("Why it was saved: created, imported, edited, saved, restored or named"),
  label: z.string().nullable(),
  authors: z.array(z.string()),
  createdAt: z.string(),
});

type SavedVersion = RouterOutputs["document"]["version"]["list"]["items"][number];

const toVersionOutput = (version: SavedVersion): z.output<typeof savedVersion> => ({
  ...version,
  authors: version.authors.map(({ person, apiKeyName }) =>
    [person?.username ?? "unknown", ...(apiKeyName === null ? [] : [`by ${apiKeyName}`])].join(" "),
  ),
});

/** Adds the tools that read and restore saved versions. */
export function addHistoryTools(context: McpContext): void {
  const { version } = context.client.document;
  addTool(
    context,
    "list_versions",
    {
      title: "List versions",
      description: "Lists the saved versions of a document, newest first.",
      input: { documentId: idField, cursor: cursorField },
      output: z.object({ items: z.array(savedVersion), nextCursor: nextCursorField }),
      effect: "reads",
    },
    async ({ documentId, cursor: page }, call) => {
      const list = await version.list.query({ id: documentId, cursor: page }, call);
      return { items: list.items.map(toVersionOutput), nextCursor: list.nextCursor };
    },
  );

  addTool(
    context,
    "read_version",
    {
      title: "Read a version",
      description: "Returns the Markdown of a saved version, or a range of its lines.",
      input: { documentId: idField, number: versionNumber, ...rangeInput },
      output: savedVersion.extend({ title: z.string(), ...rangeOutput }),
      effect: "reads",
      markdown: "text",
    },
    async ({ documentId, number: wanted, ...range }, call) => {
      const { content, ...found } = await version.get.query({ id: documentId, number: wanted }, call);
      return { ...toVersionOutput(found), title: found.title, ...readRange(content, range) };
    },
  );

  addTool(
    context,
    "diff_versions",
    {
      title: "Compare versions",
      description:
        "Compares two saved versions of a document, or one with the current text, as a unified diff.",
      input: {
        documentId: idField,
        from: versionNumber,
        to: versionNumber.optional().describe("Default: the current text"),
      },
      output: z.object({
        added: z.int().describe("The number of added lines"),
        removed: z.int(),
        truncated: z.boolean().describe("Whether the diff was truncated"),
        diff: z.string(),
      }),
      effect: "reads",
      markdown: "diff",
    },
    async ({ documentId, ...sides }, call) => {
      const { added, removed, truncated, hunks } = await version.diff.query(
        { id: documentId, ...sides },
        call,
      );
      return { added, removed, truncated, diff: hunks.map(formatHunk).join("") };
    },
  );

  addTool(
    context,
    "restore_version",
    {
      title: "Restore a version",
      description:
        "Restores the text of a saved version, as an edit of the current text. Both remain in the history.",
      input: { documentId: idField, number: versionNumber },
      output: z.object({ version: z.int().describe("The current version of the document"), number: z.int() }),
      effect: "changes",
      isIdempotent: true,
    },
    ({ documentId, number: wanted }, call) =>
      version.restore.mutate({ id: documentId, number: wanted }, call),
  );

  addTool(
    context,
    "name_version",
    {
      title: "Name the current state",
      description: "Saves the current state of a document as a version with a name.",
      input: { documentId: idField, name: z.string().min(1).max(100), idempotencyKey: idempotencyKeyField },
      output: savedVersion,
      effect: "changes",
    },
    async ({ documentId, name, idempotencyKey: key }, call) =>
      toVersionOutput(await version.create.mutate({ id: documentId, label: name }, withKey(call, key))),
  );
}

type Hunk = RouterOutputs["document"]["version"]["diff"]["hunks"][number];

const marks = { same: " ", removed: "-", added: "+" };

function formatHunk({ from, to, lines }: Hunk): string {
  const body = lines.map(({ kind, parts }) => {
    const text = parts.map((part) => part.text).join("");
    return marks[kind] + (/[\r\n]$/.test(text) ? text : `${text}\n\\ No newline at end of file\n`);
  });
  return [`@@ -${from.line},${from.lines} +${to.line},${to.lines} @@\n`, ...body].join("");
}
