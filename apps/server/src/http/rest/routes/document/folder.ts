import type { Routes } from "../../route.ts";

export const folderRoutes = {
  "document.folder.create": {
    addresses: ["POST /folders", "POST /workspaces/{workspaceId}/folders"],
    summary: "Create a folder",
    status: 201,
    errors: ["FOLDER_NAME_TAKEN", "FOLDER_TOO_DEEP", "LIMIT_REACHED"],
  },
  "document.folder.rename": {
    addresses: ["PATCH /folders/{id}"],
    summary: "Rename a folder",
    errors: ["FOLDER_NAME_TAKEN"],
  },
  "document.folder.move": {
    addresses: ["POST /folders/{id}/move"],
    summary: "Move a folder into another folder",
    errors: ["FOLDER_NAME_TAKEN", "FOLDER_CYCLE", "FOLDER_TOO_DEEP"],
  },
  "document.folder.delete": {
    addresses: ["DELETE /folders/{id}"],
    summary: "Move a folder and its contents to the trash",
    description: "With `onlyIfEmpty`, only if the folder is empty.",
    errors: ["FOLDER_NOT_EMPTY"],
  },
  "document.folder.restore": {
    addresses: ["POST /folders/{id}/restore"],
    summary: "Restore a folder from the trash",
    errors: ["FOLDER_NAME_TAKEN"],
  },
} satisfies Partial<Routes>;
