import { createContext, use } from "react";

import type { WorkspacePresence } from "./useWorkspacePresence.ts";

/** Other people by document id. */
export const WorkspacePresenceContext = createContext<WorkspacePresence>(new Map());

export const usePresenceContext = () => use(WorkspacePresenceContext);
