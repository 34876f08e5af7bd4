import type { ProcedureNotes } from "../notes.ts";

export const apiKeyProcedures = {
  "auth.apiKey.create": {
    summary: "Create an API key",
    description: "For programs. `secret` is returned only once. At most 100 keys per person.",
    errors: ["LIMIT_REACHED", "SUPERUSER_REQUIRED", "EMAIL_NOT_VERIFIED", "NOT_FOUND"],
  },
  "auth.apiKey.list": {
    summary: "List your API keys",
    description: "Newest first, without revoked ones. Their secrets can't be read again.",
  },
  "auth.apiKey.revoke": {
    summary: "Revoke an API key",
    description: "It stops working immediately; its sockets and streams end within two seconds.",
    errors: ["NOT_FOUND"],
  },
} as const satisfies Record<string, ProcedureNotes>;
