import { useStore } from "../../lib/store.ts";
import { importDialog } from "./import-dialog.ts";
import { LazyImport } from "./LazyImport.tsx";

const intoRoot = { folderId: null, found: null };

/** The import into the root of a workspace. */
export function WorkspaceImport({ workspaceId }: { workspaceId: string }) {
  const isOpen = useStore(importDialog);
  return (
    <LazyImport
      workspaceId={workspaceId}
      importing={isOpen ? intoRoot : null}
      onClose={() => importDialog.set(false)}
    />
  );
}
