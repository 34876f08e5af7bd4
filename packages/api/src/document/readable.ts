import type { AppliedText, TextApplied } from "@mdreader/contract";

import type { Caller } from "../access/identity.ts";

/** Whether a caller may read as well as write: the scopes of an API key do not include each other. */
const canRead = ({ scopes }: Caller): boolean => scopes === null || scopes.includes("read");

/** Returns the result of a write, without the text if the caller may not read it. */
export function withTextIfReadable<Result extends { content: string }>(
  { caller }: { caller: Caller },
  result: Result,
): Omit<Result, "content"> & { content: string | null } {
  return canRead(caller) ? result : { ...result, content: null };
}

/** Returns the result of a merge. Without read access, conflicts have only their positions and the caller's lines. */
export function withMergeIfReadable(access: { caller: Caller }, result: TextApplied): AppliedText {
  if (canRead(access.caller)) return result;
  const conflicts = result.conflicts.map((overlap) => ({ ...overlap, base: "", theirs: "" }));
  return { ...result, content: null, conflicts };
}
