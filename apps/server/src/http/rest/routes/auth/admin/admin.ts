import type { Routes } from "../../../route.ts";

export const adminRoutes = {
  "auth.admin.claim": {
    addresses: ["POST /auth/admin/claim"],
    summary: "Become the first superuser",
    description: "Takes the token of the link that a new server prints when it starts.",
    errors: ["SETUP_LINK_INVALID", "RATE_LIMITED"],
  },
} satisfies Partial<Routes>;
