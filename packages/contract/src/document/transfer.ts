import { z } from "zod";

import { id, markdown, timestamp } from "../text.ts";
import { title } from "./document.ts";

/**
 * Imports either an archive that was uploaded for it (`file.createUpload` with `purpose: "import"`), or one Markdown text.
 * Where a document or file of that name is there already, it is updated if it differs.
 */
export const importInput = z
  .strictObject({
    workspaceId: id,
    /** Where it goes; null for the root. */
    folderId: id.nullish(),
    uploadId: id.optional(),
    /** Whether hidden files and folders of the archive are taken; version control, secrets and dependencies never are. */
    includeHidden: z.boolean().default(false),
    title: title.optional(),
    content: markdown.optional(),
  })
  .refine(
    (input) => (input.uploadId === undefined) === (input.title !== undefined && input.content !== undefined),
    { message: "give either an upload, or a title and content" },
  );
export type ImportInput = z.infer<typeof importInput>;

/** Something that was not brought over, and why. */
export const importProblem = z.object({ path: z.string(), message: z.string() });
export type ImportProblem = z.infer<typeof importProblem>;

/** Of each list in a report, the first so many entries are told. */
export const maxReportedProblems = 1000;

/** What came of an import. Of the lists, the first thousand are told. */
export const importReport = z.object({
  /** Documents. */
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  /** Files that are no documents; those that were there already are not counted. */
  files: z.int(),
  folders: z.int(),
  /** What could not be taken. */
  failed: z.array(importProblem),
  /** What is left out, such as links, hidden files and folders of version control. */
  skipped: z.array(importProblem),
  /** What was taken under a name that may be wrong: its encoding is not known. */
  uncertainNames: z.array(importProblem),
  /** How many entries more there are than the lists tell. */
  notListed: z.int(),
});
export type ImportReport = z.infer<typeof importReport>;

/** What `POST /files/imports/<id>` answers, a line each: how far it is, and in the end what came of it, or why it failed. */
export type ImportLine = { done: number; total: number } | { report: ImportReport } | { error: unknown };

export const exportInput = z.strictObject({ workspaceId: id, folderId: id.nullish() });
export const exportLink = z.object({
  /** Where the archive comes from, relative to the server's address. */
  url: z.string(),
  expiresAt: timestamp,
  /** The folders (their paths end with a slash), documents and files that have another name in the archive; the first thousand. */
  renamed: z.array(z.object({ path: z.string(), newPath: z.string() })),
  /** How many more have another name. */
  notListed: z.int(),
  /** Folders and files of version control, which no archive holds; the first thousand. */
  skipped: z.array(importProblem),
});
export type ExportLink = z.infer<typeof exportLink>;
