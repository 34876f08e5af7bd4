import type { ProcedureNotes } from "./notes.ts";

export const fileProcedures = {
  "file.createUpload": {
    summary: "Create an upload",
    description:
      "Send the bytes to `target.url` with `PUT` and its `headers`, in one request or in parts with `Content-Range`. " +
      "A `GET` on that URL returns how many have arrived. Then complete the upload. Over REST, a form creates a file in one " +
      "request: `multipart/form-data` with these fields, of which `name` and `size` are optional then, and the bytes last, in " +
      "the part `file`.",
    errors: ["FILE_TOO_LARGE", "QUOTA_EXCEEDED", "NOT_FOUND"],
  },
  "file.completeUpload": {
    summary: "Complete an upload",
    description:
      "Checks the size and hash, and creates the file. Completing an upload again returns the same file.",
    errors: ["UPLOAD_INCOMPLETE", "UPLOAD_MISMATCH", "FILE_CHANGED"],
  },
  "file.list": {
    summary: "List the files of a workspace, folder or document",
    description: "Newest first, without those in the trash.",
  },
  "file.usage": {
    summary: "Get how much of its storage quota a workspace uses",
    description: "Check it before an upload fails with `QUOTA_EXCEEDED`.",
  },
  "file.get": {
    summary: "Get the details of a file",
    description: "Its bytes are read through `file.downloadUrl`.",
  },
  "file.downloadUrl": {
    summary: "Get download URLs for a file",
    description: "They expire after a few minutes, or when the caller loses access.",
  },
  "file.resolve": {
    summary: "Resolve the file links of a document",
    description: "Finds the files that the paths in the text lead to, with URLs for the caller.",
  },
  "file.move": {
    summary: "Move a file to another folder or path",
    description: "Changes its folder, its path, or both.",
    errors: ["FILE_CHANGED"],
  },
  "file.delete": {
    summary: "Move a file to the trash",
    description:
      "It can be restored until the trash's retention ends, and counts against the quota until then.",
    errors: ["FILE_CHANGED"],
  },
  "file.restore": {
    summary: "Restore a file from the trash",
    description:
      "Restores it to its folder, or to the top level if the folder is gone. If its path is taken, it gets another " +
      "one.",
  },
  "file.purge": {
    summary: "Permanently delete a file in the trash",
    description: "Frees its share of the quota. This can't be undone.",
  },
} as const satisfies Record<string, ProcedureNotes>;
