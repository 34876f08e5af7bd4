import type { ProcedureNotes } from "../notes.ts";

export const folderProcedures = {
  "document.folder.create": {
    summary: "Create a folder",
    description: "Folders can be nested 32 deep.",
    errors: ["FOLDER_NAME_TAKEN", "FOLDER_TOO_DEEP"],
  },
  "document.folder.count": {
    summary: "Count the contents of a folder",
    description: "Counts the documents and subfolders that would be moved to the trash with it.",
  },
  "document.folder.rename": {
    summary: "Rename a folder",
    description: "To update links into it, call `document.updateMovedLinks`.",
    errors: ["FOLDER_NAME_TAKEN"],
  },
  "document.folder.move": {
    summary: "Move a folder into another folder",
    description:
      "Its contents move with it. Folders can be nested 32 deep. With `beforeId` or `afterId`, it is placed among the folders " +
      "there. If its own parent is the target, only the order changes. The order is the same for all members, and covers " +
      "the first 10,000 folders of a folder.",
    errors: ["FOLDER_NAME_TAKEN", "FOLDER_CYCLE", "FOLDER_TOO_DEEP", "LIMIT_REACHED"],
  },
  "document.folder.sort": {
    summary: "Sort a folder or the top level by name",
    description: "Ends the manual order that began when an item was placed. Subfolders keep theirs.",
  },
  "document.folder.delete": {
    summary: "Move a folder and its contents to the trash",
    description: "They are restored together. Items that were already in the trash keep their own entries.",
    errors: ["FOLDER_NOT_EMPTY"],
  },
  "document.folder.restore": {
    summary: "Restore a folder from the trash",
    description:
      "Restores everything that was deleted with it, to its parent or, if that is gone, to the top level. If its " +
      "name is taken, it gets another one.",
    errors: ["FOLDER_NAME_TAKEN"],
  },
} as const satisfies Record<string, ProcedureNotes>;
