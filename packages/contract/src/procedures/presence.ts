import type { ProcedureNotes } from "./notes.ts";

export const presenceProcedures = {
  "presence.stream": {
    summary: "Enter the room of a document and follow it",
    description: "Others see this window in the room until the stream ends. At most 100 windows per person.",
    errors: ["LIMIT_REACHED"],
  },
  "presence.update": {
    summary: "Move the cursor of a window or change its status",
    description:
      "Authorized by the window's open `presence.stream`. Others see the change in the next frame, and the response " +
      "is sent with it.",
  },
  "presence.list": {
    summary: "List the users viewing a document",
    description: "Everyone who has it open now, at most 500.",
  },
  "presence.workspace": {
    summary: "Follow which documents members have open",
    description: "The full state, sent again after each change, at most about once a second.",
  },
  "presence.connections": {
    summary: "List your open and past connections",
    description: "The sockets and streams of the caller, newest first.",
  },
} as const satisfies Record<string, ProcedureNotes>;
