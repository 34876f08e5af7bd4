/** The code that Node and drivers give an error, such as `ENOENT`; its class where it has none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "code" in error ? String(error.code) : error.name;
}

/** What went wrong, in the words of whoever threw it. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
