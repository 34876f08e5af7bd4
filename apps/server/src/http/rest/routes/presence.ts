import type { Routes } from "../route.ts";

export const presenceRoutes = {
  "presence.list": {
    addresses: ["GET /documents/{documentId}/presence"],
    summary: "List the users viewing a document",
  },
  "presence.connections": {
    addresses: ["GET /auth/connections"],
    summary: "List your open and past connections",
  },
  "presence.update": { reason: "Moves the cursor of an open subscription, which requires a WebSocket." },
} satisfies Partial<Routes>;
