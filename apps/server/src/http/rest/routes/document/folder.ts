import type { Routes } from "../../route.ts";

export const folderRoutes = {
  "document.folder.create": {
    addresses: ["POST /folders", "POST /workspaces/{workspaceId}/folders"],
    status: 201,
  },
  "document.folder.count": { addresses: ["GET /folders/{id}/count"] },
  "document.folder.rename": { addresses: ["PATCH /folders/{id}"] },
  "document.folder.move": { addresses: ["POST /folders/{id}/move"] },
  "document.folder.sort": { addresses: ["POST /workspaces/{workspaceId}/tree/sort"] },
  "document.folder.delete": { addresses: ["DELETE /folders/{id}"] },
  "document.folder.restore": { addresses: ["POST /folders/{id}/restore"] },
} satisfies Partial<Routes>;
