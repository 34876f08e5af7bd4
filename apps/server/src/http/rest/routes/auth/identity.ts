import type { Routes } from "../../route.ts";

export const identityRoutes = {
  "auth.identity.list": { addresses: ["GET /auth/identities"], summary: "List your linked identities" },
  "auth.identity.startLink": {
    addresses: ["POST /auth/identities/start-link"],
    summary: "Start linking an identity",
    description:
      "Returns an address for a browser, which returns to the profile page with the token for the next step.",
    errors: ["NOT_FOUND"],
  },
  "auth.identity.link": {
    addresses: ["POST /auth/identities"],
    summary: "Link an identity",
    errors: ["PROVIDER_RESPONSE_INVALID", "IDENTITY_TAKEN", "LIMIT_REACHED"],
    status: 201,
  },
  "auth.identity.unlink": {
    addresses: ["DELETE /auth/identities/{id}"],
    summary: "Unlink an identity",
    description: "Ends the other sessions that it opened.",
    errors: ["NOT_FOUND", "LAST_SIGN_IN_METHOD"],
  },
  "auth.identity.signOutUrl": {
    addresses: ["GET /auth/sign-out-url"],
    summary: "Get the address that signs out of the provider",
    description:
      "Null if the session was not opened through a provider, or the provider should stay signed in.",
  },
} satisfies Partial<Routes>;
