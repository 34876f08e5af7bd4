import {
  Activity,
  Ellipsis,
  FilePlus2,
  FileText,
  FolderDown,
  FolderInput,
  FolderPlus,
  House,
  Paperclip,
  Plus,
  Settings,
  Trash2,
  Users,
} from "lucide-react";

import { downloadArchive } from "../../document/transfer/download.ts";
import { importDialog } from "../../document/transfer/import-dialog.ts";
import { SortRootItem } from "../../document/tree/SortItem.tsx";
import { TreeContext, useTree, useTreeState } from "../../document/tree/tree-state.ts";
import { Tree } from "../../document/tree/Tree.tsx";
import { Sidebar, SidebarLink, SidebarSection } from "../../layout/SidebarParts.tsx";
import { IconButton } from "../../ui/Button.tsx";
import { Menu, MenuItem, MenuSeparator } from "../../ui/Menu.tsx";
import { useFavorites } from "../shortcut/favorites.ts";
import { useWorkspace } from "../useWorkspace.ts";
import { Switcher } from "./Switcher.tsx";

/** The sidebar of a workspace: switcher, pages, favorites and documents. */
export function WorkspaceSidebar({ workspaceId }: { workspaceId: string }) {
  const { role, may } = useWorkspace(workspaceId);
  const favorites = useFavorites(workspaceId);
  const tree = useTreeState(workspaceId, may("document.move"));
  const params = { workspaceId };
  return (
    <Sidebar head={<Switcher workspaceId={workspaceId} />}>
      <nav aria-label="Workspace">
        <SidebarLink to="/w/$workspaceId" params={params} activeOptions={{ exact: true }} icon={<House />}>
          Home
        </SidebarLink>
        <SidebarLink to="/w/$workspaceId/activity" params={params} icon={<Activity />}>
          Activity
        </SidebarLink>
        <SidebarLink to="/w/$workspaceId/members" params={params} icon={<Users />}>
          Members
        </SidebarLink>
        {/* Most members have it. It is there before the role is known, so that nothing below moves. */}
        {(role === null || may("document.readTrash")) && (
          <SidebarLink to="/w/$workspaceId/trash" params={params} icon={<Trash2 />}>
            Trash
          </SidebarLink>
        )}
        <SidebarLink to="/w/$workspaceId/settings" params={params} icon={<Settings />}>
          Settings
        </SidebarLink>
      </nav>
      {favorites.documents.length > 0 && (
        <SidebarSection title="Favorites">
          <nav aria-label="Favorites">
            {favorites.documents.map(({ id, title }) => (
              <SidebarLink
                key={id}
                to="/w/$workspaceId/d/$documentId"
                params={{ workspaceId, documentId: id }}
                icon={<FileText />}
              >
                {title}
              </SidebarLink>
            ))}
          </nav>
        </SidebarSection>
      )}
      <TreeContext value={tree}>
        <SidebarSection title="Documents" actions={<DocumentsMenu mayCreate={may("document.create")} />}>
          <Tree />
        </SidebarSection>
      </TreeContext>
    </Sidebar>
  );
}

/** The actions for all documents. Without a permission to create some, only those for readers. */
function DocumentsMenu({ mayCreate }: { mayCreate: boolean }) {
  const { workspaceId, actions, setRenaming, setListing } = useTree();
  return (
    <Menu
      trigger={
        <IconButton
          label={mayCreate ? "New document or folder" : "Actions for all documents"}
          className="size-6"
        >
          {mayCreate ? <Plus /> : <Ellipsis />}
        </IconButton>
      }
    >
      {mayCreate && (
        <>
          <MenuItem icon={<FilePlus2 />} onSelect={() => actions.newDocument(null)}>
            New document
          </MenuItem>
          <MenuItem icon={<FolderPlus />} onSelect={() => actions.newFolder(null, setRenaming)}>
            New folder
          </MenuItem>
          <SortRootItem />
          <MenuSeparator />
          <MenuItem icon={<FolderInput />} onSelect={() => importDialog.set(true)}>
            Import…
          </MenuItem>
        </>
      )}
      <MenuItem icon={<FolderDown />} onSelect={() => void downloadArchive(workspaceId, null)}>
        Export as zip
      </MenuItem>
      <MenuItem icon={<Paperclip />} onSelect={() => setListing({ folderId: null, name: null })}>
        Files
      </MenuItem>
    </Menu>
  );
}
