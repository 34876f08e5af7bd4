import type { Routes } from "../route.ts";

export const presenceRoutes = {
  "presence.list": { addresses: ["GET /documents/{documentId}/presence"], summary: "Who is in a document" },
  "presence.connections": {
    addresses: ["GET /auth/connections"],
    summary: "Your connections, open and past",
  },
  "presence.update": { reason: "It moves the cursor of an open stream, which needs a WebSocket." },
} satisfies Partial<Routes>;
