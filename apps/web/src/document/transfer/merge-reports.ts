import type { ImportReport } from "@mdreader/client";

/** Adds up the reports of several archives. */
export function mergeReports(reports: readonly ImportReport[]): ImportReport {
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
