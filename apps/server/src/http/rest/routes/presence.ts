import type { Routes } from "../route.ts";

export const presenceRoutes = {
  "presence.list": { at: ["GET /documents/{documentId}/presence"], summary: "Who is in a document" },
  "presence.connections": { at: ["GET /auth/connections"], summary: "Your connections, open and past" },
  "presence.update": { none: "It moves the cursor of an open stream, which needs a WebSocket." },
} satisfies Partial<Routes>;
