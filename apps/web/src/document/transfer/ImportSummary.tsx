import type { ImportReport } from "@mdreader/client";

/** Import results. */
export function ImportSummary({ report }: { report: ImportReport }) {
  const { created, updated, unchanged, files, folders, failed, skipped, uncertainNames, notListed } = report;
  const counts = [
    [created, created === 1 ? "new document" : "new documents"],
    [updated, "updated"],
    [unchanged, "unchanged"],
    [files, files === 1 ? "file" : "files"],
    [folders, folders === 1 ? "new folder" : "new folders"],
  ] as const;
  return (
    <div className="grid gap-3 text-sm">
      <ul aria-label="Import results" className="flex flex-wrap gap-x-4 gap-y-1">
        {counts
          .filter(([count]) => count > 0)
          .map(([count, what]) => (
            <li key={what}>
              <b className="font-semibold">{count}</b> {what}
            </li>
          ))}
      </ul>
      <Problems summary="couldn't be imported" problems={failed} />
      <Problems summary="skipped" problems={skipped} />
      <Problems summary="imported, but with possibly garbled names" problems={uncertainNames} />
      {notListed > 0 && <p className="text-warn">{notListed} more not listed</p>}
    </div>
  );
}

function Problems({ summary, problems }: { summary: string; problems: ImportReport["failed"] }) {
  if (problems.length === 0) return null;
  return (
    <details>
      <summary className="text-warn">
        {problems.length} {summary}
      </summary>
      <ul className="mt-2 max-h-48 overflow-y-auto text-faint">
        {problems.map(({ path, message }) => (
          <li key={path} className="wrap-anywhere">
            <span className="text-ink">{path}</span>: {message}
          </li>
        ))}
      </ul>
    </details>
  );
}
