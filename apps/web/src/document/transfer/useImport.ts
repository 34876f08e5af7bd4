import { useEffect, useState } from "react";

import { showToast } from "../../ui/toast.ts";
import { describeCanceled } from "./describe-canceled.ts";
import { createImportRun, type FilesToImport, type ImportState } from "./import-run.ts";

/** The target folder of an import, and the files if they were dropped. */
export interface Importing {
  folderId: string | null;
  found: FilesToImport | null;
}

/** Imports files into a folder of a workspace and reports progress. Dropped files start immediately. */
export function useImport(workspaceId: string, { folderId, found }: Importing) {
  const [state, setState] = useState<ImportState>({ step: "asking" });
  const [run] = useState(() => createImportRun(workspaceId, folderId, setState));
  const [begin] = useState(() => () => {
    if (found !== null) run.start(found);
  });
  useEffect(() => {
    begin();
    return () => {
      // Closing the dialog cancels the import.
      const imported = run.cancel();
      if (imported !== null) showToast(describeCanceled(imported));
    };
  }, [begin, run]);
  return { state, start: run.start, cancel: run.cancel };
}
