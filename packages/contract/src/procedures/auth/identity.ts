import type { ProcedureNotes } from "../notes.ts";
import { stepUpErrors } from "./second-factor.ts";

export const identityProcedures = {
  "auth.identity.list": {
    summary: "List your linked identities",
    description:
      "Newest first, with the groups that the provider reported and the roles that they granted. An account may sign in with any of " +
      "them.",
  },
  "auth.identity.startLink": {
    summary: "Start linking an identity",
    description:
      "Returns a URL for a browser, which returns to the profile page with the token for `auth.identity.link`.",
    errors: ["NOT_FOUND", ...stepUpErrors],
  },
  "auth.identity.link": {
    summary: "Link an identity",
    description: "The caller can sign in with it from then on. At most 20 per account.",
    errors: ["PROVIDER_RESPONSE_INVALID", "IDENTITY_TAKEN", "LIMIT_REACHED"],
  },
  "auth.identity.unlink": {
    summary: "Unlink an identity",
    description: "Ends the other sessions that it opened. The last way to sign in can't be removed.",
    errors: ["NOT_FOUND", "LAST_SIGN_IN_METHOD"],
  },
  "auth.identity.signOutUrl": {
    summary: "Get the URL that signs out of the provider",
    description: "For a browser, before it signs out here.",
  },
} as const satisfies Record<string, ProcedureNotes>;
