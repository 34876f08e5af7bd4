import { createContext } from "react";

/** The name of the current workspace, for page titles; null outside workspaces. */
export const WorkspaceNameContext = createContext<string | null>(null);
