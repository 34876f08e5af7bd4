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
  const found = counts.filter(([count]) => count > 0);
  return (
    <div className="grid gap-3 text-sm">
      {found.length === 0 ? (
        <p>Nothing was imported, because it contains no documents or new files.</p>
      ) : (
        <ul aria-label="Import results" className="flex flex-wrap gap-x-4 gap-y-1">
          {found.map(([count, what]) => (
            <li key={what}>
              <b className="font-semibold">{count}</b> {what}
            </li>
          ))}
        </ul>
      )}
      <Problems summary="couldn't be imported" problems={failed} />
      <Problems summary="skipped" problems={skipped} />
      <Problems summary="imported with names that may be garbled" problems={uncertainNames} />
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
          // Several archives may contain the same path.
          <li key={`${path}: ${message}`} className="wrap-anywhere">
            <span className="text-ink">{path}</span>: {message}
          </li>
        ))}
      </ul>
    </details>
  );
}
