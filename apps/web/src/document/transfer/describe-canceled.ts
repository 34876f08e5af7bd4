import type { PartialImport } from "./import-run.ts";

/** What stays of an import that was canceled. */
export const describeCanceled = ({ report, isPartial }: PartialImport): string =>
  isPartial || report !== null
    ? "Import canceled. Items that were already imported stay in the workspace."
    : "Import canceled. Nothing was imported.";
