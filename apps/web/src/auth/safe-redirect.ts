/** In UTF-16 units. */
const maxLength = 2_000;

/**
 * Where someone is to go after signing in, if it is a page of ours: a link must not lead people from the sign-in to
 * elsewhere. Whatever else an address says is treated as if it said nothing.
 */
export function toSafeRedirect(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > maxLength || !value.startsWith("/")) return undefined;
  const base = "https://page.invalid";
  // As browsers read it: they leave out tabs and line ends, and take backslashes for slashes.
  if (!URL.canParse(value, base)) return undefined;
  const { origin, pathname, search, hash } = new URL(value, base);
  if (origin !== base || pathname.startsWith("//")) return undefined;
  return pathname + search + hash;
}
