import type { AppliedText, TextApplied } from "@mdreader/contract";

import type { Caller } from "../context.ts";

/** Whether a caller who may write may also see what is written: an API key's scopes include no other. */
const isReadable = ({ scopes }: Caller): boolean => scopes === null || scopes.includes("read");

/** An answer to a write, without the text where the caller may not read it. */
export function withReadable<Answer extends { content: string }>(
  { caller }: { caller: Caller },
  answer: Answer,
): Omit<Answer, "content"> & { content: string | null } {
  return isReadable(caller) ? answer : { ...answer, content: null };
}

/** The same for a text that was merged: where both sides changed the same lines, the caller is told where, and their own. */
export function withReadableMerge(access: { caller: Caller }, answer: TextApplied): AppliedText {
  if (isReadable(access.caller)) return answer;
  const conflicts = answer.conflicts.map((overlap) => ({ ...overlap, base: "", theirs: "" }));
  return { ...answer, content: null, conflicts };
}
