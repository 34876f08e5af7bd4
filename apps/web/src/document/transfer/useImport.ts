import type { ImportReport } from "@mdreader/client";
import { useEffect, useState } from "react";

import { client, queryClient, trpc } from "../../lib/client.ts";
import type { Failure } from "../../ui/error-messages.ts";
import type { PickedFile } from "./picked-files.ts";

/** Where something is brought to, and what, if that was dropped already. */
export interface Importing {
  folderId: string | null;
  found: PickedFile[];
}

/** How far an import is. */
export type ImportState =
  | { step: "asking" }
  | { step: "gathering" | "sending" | "unpacking"; done: number; total: number }
  | { step: "done"; report: ImportReport }
  | { step: "failed"; error: Failure };

/** One thing at a time that can be stopped. */
function createStopper() {
  let controller = new AbortController();
  return {
    /** Stops what was begun before. @returns What tells that this is to stop. */
    begin(): AbortSignal {
      controller.abort();
      controller = new AbortController();
      return controller.signal;
    },
    stop: () => controller.abort(),
  };
}

/** Brings files into a folder of a workspace, and tells how far it is; at once, if they were dropped already. */
export function useImport(workspaceId: string, importing: Importing) {
  const [state, setState] = useState<ImportState>({ step: "asking" });
  const [stopper] = useState(createStopper);

  async function run(found: readonly PickedFile[], signal: AbortSignal): Promise<void> {
    setState({ step: "gathering", done: 0, total: found.length });
    const { createArchive } = await import("./archive.ts");
    const archive = await createArchive(found, signal);
    const report = await client.importArchive(workspaceId, archive, {
      folderId: importing.folderId,
      signal,
      onProgress: (done, total) => setState({ step: "sending", done, total }),
      onUnpacked: (done, total) => setState({ step: "unpacking", done, total }),
    });
    setState({ step: "done", report });
    await queryClient.invalidateQueries(trpc.document.tree.pathFilter());
  }

  function start(found: readonly PickedFile[]): void {
    if (found.length === 0) return;
    const signal = stopper.begin();
    run(found, signal).catch((error: unknown) => {
      if (signal.aborted) return;
      setState({ step: "failed", error: error instanceof Error ? error : new Error(String(error)) });
    });
  }

  const [begin] = useState(() => () => start(importing.found));
  useEffect(() => {
    begin();
    // Who closes the dialog stops what it does.
    return stopper.stop;
  }, [begin, stopper]);

  return {
    state,
    start,
    /** Stops. What has been brought in until then stays. */
    cancel(): void {
      stopper.stop();
      setState({ step: "asking" });
    },
  };
}
