import { type ImportReport, reasonOf } from "@mdreader/client";

import { client, queryClient, trpc } from "../../lib/client.ts";
import type { Failure } from "../../ui/error-messages.ts";
import { mergeReports } from "./merge-reports.ts";
import type { PickedFile } from "./picked-files.ts";

/** The files to import. Those in dropped folders may still have to be listed. */
export type FilesToImport = readonly PickedFile[] | Promise<readonly PickedFile[]>;

/** What an import that stopped early has imported. */
export interface PartialImport {
  /** The report of the archives that were imported completely; null without any. */
  report: ImportReport | null;
  /** Whether a part of another archive may have been imported. */
  isPartial: boolean;
}

/** The progress of an import. */
export type ImportState =
  | { step: "asking" }
  | { step: "listing" }
  | { step: "gathering" | "sending" | "unpacking"; done: number; total: number }
  | { step: "done"; report: ImportReport }
  | ({ step: "failed"; error: Failure } & PartialImport)
  | ({ step: "canceled" } & PartialImport);

/** Imports into a folder of a workspace, one at a time. */
export interface ImportRun {
  start(found: FilesToImport): void;
  /** Cancels the running import, if there is one. Items already imported stay. @returns What it has imported. */
  cancel(): PartialImport | null;
}

interface Attempt {
  controller: AbortController;
  reports: ImportReport[];
  /** Whether the server has the whole archive, and may be unpacking it. */
  isSent: boolean;
  /** Whether the server has said that it is unpacking the archive. */
  isUnpacking: boolean;
}

/** @param onState Called with the progress, also of an import that was canceled. */
export function createImportRun(
  workspaceId: string,
  folderId: string | null,
  onState: (state: ImportState) => void,
): ImportRun {
  let current: Attempt | null = null;

  async function importFiles(found: FilesToImport, attempt: Attempt): Promise<void> {
    const { signal } = attempt.controller;
    const report = (state: ImportState) => signal.aborted || onState(state);
    report({ step: "listing" });
    const [{ createArchive, groupByArchive }, files] = await Promise.all([import("./archive.ts"), found]);
    for (const group of groupByArchive(files)) {
      const { archive, unreadable } = await createArchive(group, signal, (done) =>
        report({ step: "gathering", done, total: group.length }),
      );
      const options = {
        folderId,
        signal,
        onProgress(done: number, total: number) {
          attempt.isSent = done === total;
          report({ step: "sending", done, total });
        },
        onUnpacked(done: number, total: number) {
          attempt.isUnpacking = true;
          report({ step: "unpacking", done, total });
        },
      };
      const imported = await client.importArchive(workspaceId, archive, options);
      attempt.reports.push({ ...imported, failed: [...unreadable, ...imported.failed] });
      attempt.isSent = false;
      attempt.isUnpacking = false;
    }
  }

  /** Ends the current attempt. @returns What it has imported. */
  function end({ controller, reports }: Attempt, isPartial: boolean): PartialImport {
    current = null;
    controller.abort();
    void queryClient.invalidateQueries(trpc.document.tree.pathFilter());
    return { report: reports.length === 0 ? null : mergeReports(reports), isPartial };
  }

  async function run(found: FilesToImport, attempt: Attempt): Promise<void> {
    try {
      await importFiles(found, attempt);
    } catch (thrown) {
      if (current !== attempt) return;
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      // An archive that the server refuses is not imported in part. Of a lost connection, that is unknown.
      const isPartial = attempt.isUnpacking || (attempt.isSent && reasonOf(error) === null);
      onState({ step: "failed", error, ...end(attempt, isPartial) });
      return;
    }
    if (current !== attempt) return;
    end(attempt, false);
    onState({ step: "done", report: mergeReports(attempt.reports) });
  }

  return {
    start(found) {
      const attempt: Attempt = {
        controller: new AbortController(),
        reports: [],
        isSent: false,
        isUnpacking: false,
      };
      current = attempt;
      void run(found, attempt);
    },
    cancel() {
      if (current === null) return null;
      const imported = end(current, current.isSent);
      onState({ step: "canceled", ...imported });
      return imported;
    },
  };
}
