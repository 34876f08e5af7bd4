import type { ProcedureNotes } from "../notes.ts";

export const workspaceProcedures = {
  "workspace.create": {
    summary: "Create a workspace",
    description: "The creator becomes the owner. At most 1,000 per owner.",
    errors: ["LIMIT_REACHED", "SUPERUSER_REQUIRED", "EMAIL_NOT_VERIFIED"],
  },
  "workspace.list": {
    summary: "List your workspaces",
    description: "Newest first, with the caller's role in each.",
  },
  "workspace.get": {
    summary: "Get a workspace",
    description:
      "Includes the caller's role, and the number of the newest event, after which to follow the workspace.",
  },
  "workspace.update": {
    summary: "Update a workspace",
    description: "Omitted fields don't change.",
  },
  "workspace.requireSecondFactor": {
    summary: "Set whether all members need a second factor",
    description:
      "Members whose session has no second factor, and API keys that such a session created, lose access to everything in " +
      "the workspace until they have one; open streams end. Sessions that an identity provider opened count as having " +
      "one. Public links aren't affected. The caller must have a second factor.",
  },
  "workspace.delete": {
    summary: "Delete a workspace",
    description:
      "Moves it to the trash with all its contents. Nobody has access until an owner restores it or it is " +
      "permanently deleted.",
  },
  "workspace.restore": {
    summary: "Restore a deleted workspace",
    description: "Restores everything in it, with the same members.",
  },
  "workspace.leave": {
    summary: "Leave a workspace",
    description:
      "The caller loses access immediately. The last owner can't leave. Works without the second factor that the workspace requires.",
    errors: ["LAST_OWNER"],
  },
  "workspace.transferOwnership": {
    summary: "Transfer ownership to another member",
    description: "That member becomes an owner and the caller an admin, in one step.",
  },
  "workspace.activity": {
    summary: "List the activity in a workspace, newest first",
    description:
      "The events that `workspace.events` streams. Edits of texts aren't among them. With the filters `actorId` and " +
      "`kinds`, a page covers at most 5,000 events unless `subjectId` is given: it may have fewer than requested, or " +
      "none, and the next one continues.",
  },
  "workspace.contents": {
    summary: "List a workspace's contents, or what has changed since a marker",
    description:
      "For clients that keep a copy: folders, documents and files with their hashes. Pages are read at different " +
      "times; a call with the `marker` of the first one returns what has changed since.",
    errors: ["RESYNC_REQUIRED"],
  },
  "workspace.texts": {
    summary: "Get the text of up to 100 documents",
    description:
      "For clients that keep a copy. A response holds about a megabyte of texts; the others are null and can be " +
      "requested again.",
  },
  "workspace.events": {
    summary: "Follow the events of a workspace",
    description:
      "Each event once and in order, with an ID to resume from. The stream ends when the caller loses access.",
    errors: ["RESYNC_REQUIRED"],
  },
  "workspace.edits": {
    summary: "Follow which documents of a workspace are being edited",
    description:
      "For clients that keep copies of many documents. It carries no texts. The stream ends when the caller loses " +
      "access.",
  },
} as const satisfies Record<string, ProcedureNotes>;
