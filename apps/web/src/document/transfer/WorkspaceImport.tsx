import { useIsOpen } from "../../lib/open-state.ts";
import { importDialog } from "./import-dialog.ts";
import { LazyImport } from "./LazyImport.tsx";

const intoRoot = { folderId: null, found: [] };

/** The import into the root of a workspace. */
export function WorkspaceImport({ workspaceId }: { workspaceId: string }) {
  const isOpen = useIsOpen(importDialog);
  return (
    <LazyImport
      workspaceId={workspaceId}
      importing={isOpen ? intoRoot : null}
      onClose={() => importDialog.setOpen(false)}
    />
  );
}
