import type { ImportReport } from "@mdreader/client";
import { useEffect, useState } from "react";

import { client, queryClient, trpc } from "../../lib/client.ts";
import type { Failure } from "../../ui/error-messages.ts";
import type { PickedFile } from "./picked-files.ts";

/** The target folder of an import, and the files if they were dropped. */
export interface Importing {
  folderId: string | null;
  found: PickedFile[];
}

/** The progress of an import. */
export type ImportState =
  | { step: "asking" }
  | { step: "gathering" | "sending" | "unpacking"; done: number; total: number }
  | { step: "done"; report: ImportReport }
  | { step: "failed"; error: Failure };

/** Creates an abort controller that is replaced with each run. */
function createRunSignals() {
  let controller = new AbortController();
  return {
    /** Aborts the previous run. @returns The signal for the new run. */
    begin(): AbortSignal {
      controller.abort();
      controller = new AbortController();
      return controller.signal;
    },
    stop: () => controller.abort(),
  };
}

/** Adds up the reports of several archives. */
function mergeReports(reports: readonly ImportReport[]): ImportReport {
  const sum = (count: (report: ImportReport) => number) =>
    reports.reduce((total, report) => total + count(report), 0);
  return {
    created: sum(({ created }) => created),
    updated: sum(({ updated }) => updated),
    unchanged: sum(({ unchanged }) => unchanged),
    files: sum(({ files }) => files),
    folders: sum(({ folders }) => folders),
    failed: reports.flatMap(({ failed }) => failed),
    skipped: reports.flatMap(({ skipped }) => skipped),
    uncertainNames: reports.flatMap(({ uncertainNames }) => uncertainNames),
    notListed: sum(({ notListed }) => notListed),
  };
}

/** Imports files into a folder of a workspace and reports progress. Dropped files start immediately. */
export function useImport(workspaceId: string, importing: Importing) {
  const [state, setState] = useState<ImportState>({ step: "asking" });
  const [stopper] = useState(createRunSignals);

  async function run(found: readonly PickedFile[], signal: AbortSignal): Promise<void> {
    setState({ step: "gathering", done: 0, total: found.length });
    const { createArchive, groupByArchive } = await import("./archive.ts");
    const reports: ImportReport[] = [];
    for (const group of groupByArchive(found)) {
      const archive = await createArchive(group, signal);
      const report = await client.importArchive(workspaceId, archive, {
        folderId: importing.folderId,
        signal,
        onProgress: (done, total) => setState({ step: "sending", done, total }),
        onUnpacked: (done, total) => setState({ step: "unpacking", done, total }),
      });
      reports.push(report);
    }
    setState({ step: "done", report: mergeReports(reports) });
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
    // Closing the dialog cancels the import.
    return stopper.stop;
  }, [begin, stopper]);

  return {
    state,
    start,
    /** Cancels the import. Items already imported stay. */
    cancel(): void {
      stopper.stop();
      setState({ step: "asking" });
    },
  };
}
