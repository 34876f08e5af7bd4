import type { ProcedureNotes } from "../notes.ts";

export const workspaceApiKeyProcedures = {
  "workspace.apiKey.create": {
    summary: "Create an API key of a workspace",
    description:
      "For automation that doesn't depend on a person: the key keeps working when its creator leaves, is suspended " +
      "or is deleted. Its actions are recorded under its own name. `secret` is returned only once. At most 100 keys " +
      "per workspace. A password reset by the creator revokes it, because someone else who had access to the account " +
      "may know the secret.",
    errors: ["LIMIT_REACHED", "EMAIL_NOT_VERIFIED"],
  },
  "workspace.apiKey.list": {
    summary: "List the API keys of a workspace",
    description: "Newest first, without revoked ones and keys of members. Their secrets can't be read again.",
  },
  "workspace.apiKey.revoke": {
    summary: "Revoke an API key of a workspace",
    description:
      "It stops working immediately; its sockets and streams end within two seconds. Its pending invitations are " +
      "revoked. Its contributions remain under its name.",
  },
} as const satisfies Record<string, ProcedureNotes>;
