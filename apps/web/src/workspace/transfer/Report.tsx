import type { ImportReport } from "@mdreader/client";

/** What came of an import. */
export function Report({ report }: { report: ImportReport }) {
  const { created, updated, unchanged, files, folders, failed, skipped } = report;
  const counts = [
    [created, "new documents"],
    [updated, "updated"],
    [unchanged, "as they were"],
    [files, "files"],
    [folders, "new folders"],
  ] as const;
  const problems = [...failed, ...skipped];
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
      {problems.length > 0 && (
        <details>
          <summary className="text-warn">{problems.length} could not be brought in</summary>
          <ul className="mt-2 max-h-48 overflow-y-auto text-faint">
            {problems.map(({ path, message }) => (
              <li key={path} className="wrap-anywhere">
                <span className="text-ink">{path}</span>: {message}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
