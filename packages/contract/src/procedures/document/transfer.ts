import type { ProcedureNotes } from "../notes.ts";

export const transferProcedures = {
  "document.import": {
    summary: "Import a zip archive or Markdown text",
    description:
      "An existing document or file of the same name is updated if it differs. An archive may have 50,000 entries. " +
      "If it contains nothing but archives named like `Export-Part-1.zip`, their contents are imported together. " +
      "Names that another program changed during export, such as Notion's names with IDs, are restored, and links to " +
      "these items are updated.",
    errors: [
      "UPLOAD_INCOMPLETE",
      "ARCHIVE_INVALID",
      "ARCHIVE_TOO_LARGE",
      "IMPORT_RUNNING",
      "FOLDER_TOO_DEEP",
      "DOCUMENT_DAMAGED",
    ],
  },
  "document.export": {
    summary: "Get a URL that exports a workspace or folder as a zip archive",
    description: "Documents become Markdown files in their folders, with their attachments.",
  },
  "document.exportHtml": {
    summary: "Get a URL that exports a document as an HTML page",
    description:
      "The page is one file without scripts. It includes the document's images, up to 10 MiB, and the documents that it " +
      "embeds. Links to other documents lead to this server. Formulas and diagrams are shown as their source.",
  },
} as const satisfies Record<string, ProcedureNotes>;
