import { createContext } from "react";

/** The name of the current workspace, for page titles and the top bar; null outside workspaces. */
export const WorkspaceNameContext = createContext<string | null>(null);
