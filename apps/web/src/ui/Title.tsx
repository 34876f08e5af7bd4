/** The title of the browser's tab. React puts it into the page's head. */
export function Title({ children }: { children: string }) {
  return <title>{`${children} · MDReader`}</title>;
}
