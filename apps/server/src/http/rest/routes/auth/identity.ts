import type { Routes } from "../../route.ts";

export const identityRoutes = {
  "auth.identity.list": { addresses: ["GET /auth/identities"] },
  "auth.identity.startLink": { addresses: ["POST /auth/identities/start-link"] },
  "auth.identity.link": {
    addresses: ["POST /auth/identities"],
    status: 201,
  },
  "auth.identity.unlink": { addresses: ["DELETE /auth/identities/{id}"] },
  "auth.identity.signOutUrl": { addresses: ["GET /auth/sign-out-url"] },
} satisfies Partial<Routes>;
