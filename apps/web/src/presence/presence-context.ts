import type { WorkspacePresence } from "@mdreader/react";
import { createContext, use } from "react";

/** Other people by document ID. */
export const WorkspacePresenceContext = createContext<WorkspacePresence>(new Map());

export const usePresenceContext = () => use(WorkspacePresenceContext);
