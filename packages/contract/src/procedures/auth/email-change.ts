import type { ProcedureNotes } from "../notes.ts";
import { stepUpErrors } from "./second-factor.ts";

export const emailChangeProcedures = {
  "auth.emailChange.get": {
    summary: "Get the pending change of your email address",
    description: "Shows which of the two links were used.",
  },
  "auth.emailChange.request": {
    summary: "Request a change of your email address",
    description:
      "Sends a link to the current address, to approve or refuse the change, and one to the new address, to prove " +
      "it. The address changes once both are used, within 24 hours. A new request replaces the earlier one. Whether " +
      "another account has the address is revealed only to its owner. At most 10 requests in an hour.",
    errors: [...stepUpErrors, "EMAIL_UNCHANGED", "EMAIL_DOMAIN_NOT_ALLOWED"],
  },
  "auth.emailChange.confirm": {
    summary: "Agree to a new email address, or prove it, with the token from the email",
    description:
      "No sign-in is needed, because the link may be opened on another device. With the second of the two links, the " +
      "address changes: it counts as verified, and all sessions remain. Until then, a link can be used repeatedly.",
    errors: ["EMAIL_TOKEN_INVALID", "EMAIL_TAKEN", "EMAIL_DOMAIN_NOT_ALLOWED"],
  },
  "auth.emailChange.refuse": {
    summary: "Refuse a new email address with the token from the email",
    description: "Ends the change. Only the link to the current address can refuse.",
    errors: ["EMAIL_TOKEN_INVALID"],
  },
  "auth.emailChange.cancel": {
    summary: "Cancel the pending change of your email address",
    description: "Both links stop working.",
    errors: ["NOT_FOUND"],
  },
} as const satisfies Record<string, ProcedureNotes>;
