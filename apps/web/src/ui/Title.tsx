import { use } from "react";

import { WorkspaceNameContext } from "./workspace-name.ts";

/** The page title, with the name of its workspace. React hoists it into the head. */
export function Title({ children }: { children: string }) {
  const workspace = use(WorkspaceNameContext);
  const parts = [children, workspace === children ? null : workspace, "MDReader"];
  return <title>{parts.filter((part) => part !== null).join(" · ")}</title>;
}
