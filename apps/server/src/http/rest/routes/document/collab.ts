import type { Routes } from "../../route.ts";

export const collabRoutes = {
  "document.applyText": { addresses: ["POST /documents/{id}/apply-text"] },
  "document.push": {
    addresses: ["POST /documents/{id}/updates"],
    description: "To receive the edits of others, open a WebSocket or a stream.",
  },
  "document.pull": { addresses: ["POST /documents/{id}/pull"] },
} satisfies Partial<Routes>;
