import type { ProcedureNotes } from "../notes.ts";

export const shareProcedures = {
  "document.share.create": {
    summary: "Create a public link to a document",
    description:
      "Anyone with the link can read the document and see its attachments, and nothing else. `token` and `url` are " +
      "returned only once. At most 100 per document.",
    errors: ["LIMIT_REACHED"],
  },
  "document.share.list": {
    summary: "List the active links to a document",
    description: "Newest first, without their tokens.",
  },
  "document.share.revoke": {
    summary: "Revoke a link",
    description: "It stops working immediately, for everyone.",
  },
  "document.share.read": {
    summary: "Read a document through a link",
    description:
      "No account is needed. It changes nothing, but is a mutation so that the token stays out of URLs. At most 5 " +
      "passwords per link and network, and 20 per network, in a minute.",
    errors: ["NOT_FOUND", "SHARE_PASSWORD_REQUIRED", "SHARE_PASSWORD_WRONG", "DOCUMENT_DAMAGED"],
  },
} as const satisfies Record<string, ProcedureNotes>;
