import { Sidebar, SidebarSection } from "../../app/frame/SidebarParts.tsx";
import { Tree } from "../Tree.tsx";
import { Switcher } from "./Switcher.tsx";

/** The sidebar of a workspace: which one, its documents, and its other pages. */
export function WorkspaceSidebar({ workspaceId }: { workspaceId: string }) {
  return (
    <Sidebar head={<Switcher workspaceId={workspaceId} />}>
      <SidebarSection title="Documents">
        <nav aria-label="Documents">
          <Tree workspaceId={workspaceId} folderId={null} />
        </nav>
      </SidebarSection>
    </Sidebar>
  );
}
