import { count } from "../output.ts";
import type { Step } from "./plan.ts";

/** Deletions that are about to be made on one side. */
export interface Deletions {
  side: "here" | "there";
  /** How many, with those that were made in this run. */
  number: number;
  /** Of how many documents and files that are synchronized. */
  total: number;
}

/** So many are deleted without a question, and of few the share. */
const mostUnasked = 10;
const fewest = 3;
const largestShare = 1 / 3;

/** The sides on which more is about to be deleted than anyone does in passing: a disk or a branch may be missing. */
export function findManyDeletions(
  steps: readonly Step[],
  { total, done }: { total: number; done: Record<Deletions["side"], number> },
): Deletions[] {
  return (["here", "there"] as const).flatMap((side) => {
    const planned = steps.filter((step) => isDeletion(step, side)).length;
    const number = planned + done[side];
    const isMany = number > mostUnasked || (total > fewest && number > total * largestShare);
    return planned > 0 && isMany ? [{ side, number, total }] : [];
  });
}

export const isDeletion = (step: Step, side: Deletions["side"]) => step.do === "remove" && step.side === side;

export function deletionsInWords({ side, number, total }: Deletions): string {
  return side === "there"
    ? `${count(number, "file")} of ${total} are gone from the folder: they would be deleted in the workspace.`
    : `${number} of ${total} are deleted in the workspace: their files would be deleted from the folder.`;
}
