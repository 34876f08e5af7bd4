/** Something is on its way. It is announced at once, and shown only if it takes a moment. */
export function Loading({ what = "Loading" }: { what?: string }) {
  return <output className="block animate-late p-4 text-sm text-faint">{what}…</output>;
}

/** The place of a list that is on its way: the page does not jump when it comes. */
export function LoadingRows({ rows = 4, what = "Loading" }: { rows?: number; what?: string }) {
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
