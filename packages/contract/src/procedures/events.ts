import { documentChange } from "../document/collab.ts";
import { presenceEvent, workspacePresence } from "../presence.ts";
import { workspaceEdits, workspaceEvent } from "../workspace/workspace.ts";

/** The schemas of what subscriptions send. Their outputs are streams, which tRPC does not validate. */
export const procedureEvents = {
  "document.changes": documentChange,
  "presence.stream": presenceEvent,
  "presence.workspace": workspacePresence,
  "workspace.edits": workspaceEdits,
  "workspace.events": workspaceEvent,
} as const;
