import type { Routes } from "../../../route.ts";

export const userRoutes = {
  "auth.admin.user.list": {
    addresses: ["GET /auth/admin/users"],
    summary: "List users",
    description: "Newest first. `search` finds parts of email addresses and names.",
  },
  "auth.admin.user.suspend": {
    addresses: ["POST /auth/admin/users/{id}/suspend"],
    summary: "Suspend an account",
    description:
      "The user's sessions, keys and signed links stop working immediately; sockets and streams end within two seconds.",
    errors: ["NOT_FOUND", "LAST_SUPERUSER"],
  },
  "auth.admin.user.reactivate": {
    addresses: ["POST /auth/admin/users/{id}/reactivate"],
    summary: "Reactivate a suspended account",
    errors: ["NOT_FOUND"],
  },
  "auth.admin.user.verify": {
    addresses: ["POST /auth/admin/users/{id}/verify"],
    summary: "Mark an email address as verified",
    errors: ["NOT_FOUND"],
  },
  "auth.admin.user.requirePasswordChange": {
    addresses: ["POST /auth/admin/users/{id}/require-password-change"],
    summary: "Require a new password at the next sign-in",
    description: "Ends all sessions of the user.",
    errors: ["NOT_FOUND"],
  },
  "auth.admin.user.endSessions": {
    addresses: ["POST /auth/admin/users/{id}/end-sessions"],
    summary: "Sign a user out everywhere",
    errors: ["NOT_FOUND"],
  },
  "auth.admin.user.delete": {
    addresses: ["DELETE /auth/admin/users/{id}"],
    summary: "Delete an account",
    description: "The user's contributions remain in their workspaces, without an author.",
    errors: ["NOT_FOUND", "USER_OWNS_WORKSPACES", "LAST_SUPERUSER"],
  },
  "auth.admin.user.updateSuperuser": {
    addresses: ["PATCH /auth/admin/users/{id}/superuser"],
    summary: "Make a user a superuser, or an ordinary user again",
    errors: ["NOT_FOUND", "LAST_SUPERUSER"],
  },
} satisfies Partial<Routes>;
