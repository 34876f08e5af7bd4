import type { Routes } from "../route.ts";

export const presenceRoutes = {
  "presence.list": { addresses: ["GET /documents/{documentId}/presence"] },
  "presence.connections": { addresses: ["GET /auth/connections"] },
  "presence.update": { reason: "Moves the cursor of an open subscription, which requires a WebSocket." },
} satisfies Partial<Routes>;
