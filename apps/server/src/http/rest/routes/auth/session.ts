import type { Routes } from "../../route.ts";

export const sessionRoutes = {
  "auth.session.list": { addresses: ["GET /auth/sessions"] },
  "auth.session.revoke": { addresses: ["DELETE /auth/sessions/{id}"] },
  "auth.session.revokeOthers": { addresses: ["POST /auth/sessions/revoke-others"] },
} satisfies Partial<Routes>;
