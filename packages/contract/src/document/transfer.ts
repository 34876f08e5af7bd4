import { z } from "zod";

import { id, markdown, timestamp } from "../text.ts";
import { title } from "./document.ts";

export const importInput = z
  .strictObject({
    workspaceId: id.describe("The workspace to import to."),
    folderId: id.nullish().describe("The folder to import to. Null or absent for the top level."),
    uploadId: id
      .optional()
      .describe(
        "A zip archive, uploaded through `file.createUpload` with `purpose: import`. Can't be combined with `title` " +
          "and `content`.",
      ),
    includeHidden: z
      .boolean()
      .default(false)
      .describe(
        "Whether hidden files and folders of the archive are included. Version control, secrets and dependencies never are.",
      ),
    title: title.optional().describe("The title of one document to import. It needs `content`."),
    content: markdown.optional().describe("The Markdown of that document, at most 1.5 MiB in UTF-8."),
  })
  .refine(
    (input) => (input.uploadId === undefined) === (input.title !== undefined && input.content !== undefined),
    { message: "specify either an upload or a title and content" },
  );
export type ImportInput = z.infer<typeof importInput>;

/** A path that was not transferred, and why. */
export const importProblem = z.object({
  path: z.string().describe("Its path in the archive or the workspace."),
  message: z.string().describe("What happened to it, as a message for people."),
});
export type ImportProblem = z.infer<typeof importProblem>;

/** Maximum number of entries in each list of a report. */
export const maxReportedProblems = 1000;

/** The result of an import. Each list holds at most the first thousand entries. */
export const importReport = z.object({
  created: z.int().describe("The number of new documents."),
  updated: z.int().describe("The number of existing documents whose text was changed."),
  unchanged: z.int().describe("The number of existing documents that had the same text."),
  files: z.int().describe("The number of new files other than documents. Existing files aren't counted."),
  folders: z.int().describe("How many folders the import created."),
  failed: z.array(importProblem).describe("Entries that couldn't be imported."),
  skipped: z
    .array(importProblem)
    .describe("Entries that were left out, such as links, hidden files and folders of version control."),
  uncertainNames: z
    .array(importProblem)
    .describe("Entries whose name may be wrong because its encoding is unknown."),
  notListed: z
    .int()
    .describe("The number of entries that the three lists omit, each after its first thousand."),
});
export type ImportReport = z.infer<typeof importReport>;

/** A line of the response to `POST /files/imports/<id>`: the progress and, at the end, the report or an error. */
export type ImportLine = { done: number; total: number } | { report: ImportReport } | { error: unknown };

export const exportInput = z.strictObject({
  workspaceId: id.describe("The workspace to export."),
  folderId: id.nullish().describe("Exports only this folder. Null or absent for the whole workspace."),
});
export const exportLink = z.object({
  url: z
    .string()
    .describe("The URL of the zip archive, relative to the server's address. A GET downloads it."),
  expiresAt: timestamp.describe("When the URL expires. A download that has started continues."),
  renamed: z
    .array(
      z.object({
        path: z.string().describe("Its path in the workspace. A folder's path ends with a slash."),
        newPath: z.string().describe("Its path in the archive."),
      }),
    )
    .describe("Folders, documents and files that have another name in the archive, up to a thousand."),
  notListed: z.int().describe("The number of renamed entries that `renamed` omits."),
  skipped: z
    .array(importProblem)
    .describe("Files and folders of version control, which archives never include, up to a thousand."),
});
export type ExportLink = z.infer<typeof exportLink>;

export const htmlExportInput = z.strictObject({ id: id.describe("The document to export.") });
export const htmlExportLink = z.object({
  url: z.string().describe("The URL of the HTML page, relative to the server's address. A GET downloads it."),
  expiresAt: timestamp.describe("When the URL expires."),
});
export type HtmlExportLink = z.infer<typeof htmlExportLink>;
