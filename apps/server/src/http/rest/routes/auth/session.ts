import type { Routes } from "../../route.ts";

export const sessionRoutes = {
  "auth.session.list": { addresses: ["GET /auth/sessions"], summary: "List your sessions" },
  "auth.session.revoke": {
    addresses: ["DELETE /auth/sessions/{id}"],
    summary: "End a session",
    errors: ["NOT_FOUND"],
  },
  "auth.session.revokeOthers": {
    addresses: ["POST /auth/sessions/revoke-others"],
    summary: "End all other sessions",
  },
} satisfies Partial<Routes>;
