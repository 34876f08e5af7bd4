import { z } from "zod";

import { id, markdown, timestamp } from "../text.ts";
import { title } from "./document.ts";

/**
 * Imports either an archive that was uploaded for it (`file.createUpload` with `purpose: "import"`) or one Markdown
 * text. An existing document or file of the same name is updated if it differs.
 */
export const importInput = z
  .strictObject({
    workspaceId: id,
    /** The target folder. Null for the root. */
    folderId: id.nullish(),
    uploadId: id.optional(),
    /**
     * Whether hidden files and folders of the archive are included. Version control, secrets and dependencies never
     * are.
     */
    includeHidden: z.boolean().default(false),
    title: title.optional(),
    content: markdown.optional(),
  })
  .refine(
    (input) => (input.uploadId === undefined) === (input.title !== undefined && input.content !== undefined),
    { message: "specify either an upload or a title and content" },
  );
export type ImportInput = z.infer<typeof importInput>;

/** A path that was not transferred, and why. */
export const importProblem = z.object({ path: z.string(), message: z.string() });
export type ImportProblem = z.infer<typeof importProblem>;

/** Maximum number of entries in each list of a report. */
export const maxReportedProblems = 1000;

/** The result of an import. Each list holds at most the first thousand entries. */
export const importReport = z.object({
  /** Documents. */
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  /** New files other than documents. Files that existed already are not counted. */
  files: z.int(),
  folders: z.int(),
  /** Entries that could not be imported. */
  failed: z.array(importProblem),
  /** Entries that were left out, such as links, hidden files and folders of version control. */
  skipped: z.array(importProblem),
  /** Entries whose name may be wrong because its encoding is unknown. */
  uncertainNames: z.array(importProblem),
  /** Number of entries that the lists omit. */
  notListed: z.int(),
});
export type ImportReport = z.infer<typeof importReport>;

/** A line of the response to `POST /files/imports/<id>`: the progress and, at the end, the report or an error. */
export type ImportLine = { done: number; total: number } | { report: ImportReport } | { error: unknown };

export const exportInput = z.strictObject({ workspaceId: id, folderId: id.nullish() });
export const exportLink = z.object({
  /** The URL of the archive, relative to the server's address. */
  url: z.string(),
  expiresAt: timestamp,
  /** Folders (with a trailing slash), documents and files that have another name in the archive, up to a thousand. */
  renamed: z.array(z.object({ path: z.string(), newPath: z.string() })),
  /** Number of renamed entries that the list omits. */
  notListed: z.int(),
  /** Files and folders of version control, which archives never include, up to a thousand. */
  skipped: z.array(importProblem),
});
export type ExportLink = z.infer<typeof exportLink>;
