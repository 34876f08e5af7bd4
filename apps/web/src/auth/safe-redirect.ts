/** In UTF-16 code units. */
const maxLength = 2_000;

/**
 * Returns the redirect target after sign-in if it is a path of this app; otherwise undefined. Prevents open redirects.
 */
export function toSafeRedirect(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > maxLength || !value.startsWith("/")) return undefined;
  const base = "https://page.invalid";
  // Parsed as browsers do: they drop tabs and newlines and treat backslashes as slashes.
  if (!URL.canParse(value, base)) return undefined;
  const { origin, pathname, search, hash } = new URL(value, base);
  if (origin !== base || pathname.startsWith("//")) return undefined;
  return pathname + search + hash;
}
