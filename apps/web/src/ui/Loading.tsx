import { useIsOnline } from "../lib/media.ts";

/** A loading indicator. It is announced immediately, but shown only if loading takes a while. */
export function Loading({ what = "Loading" }: { what?: string }) {
  const isOnline = useIsOnline();
  return (
    <output className="block animate-late p-4 text-sm text-faint">
      {isOnline ? `${what}…` : "Not available offline"}
    </output>
  );
}

/** A skeleton of a loading list, which prevents layout shift. */
export function LoadingRows({ rows = 4, what = "Loading" }: { rows?: number; what?: string }) {
  if (!useIsOnline()) return <Loading />;
  return (
    <output className="block animate-late">
      <span className="sr-only">{what}…</span>
      {Array.from({ length: rows }, (_, row) => (
        <span
          key={row}
          className="my-2 block h-4 animate-pulse rounded bg-hover nth-2:w-4/5 nth-3:w-11/12 nth-4:w-3/5"
        />
      ))}
    </output>
  );
}
