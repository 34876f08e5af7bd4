import { formatCount } from "../output.ts";
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
const maxUnconfirmedDeletions = 10;
const minDeletions = 3;
const maxDeletedShare = 1 / 3;

/** The sides on which more is about to be deleted than anyone does in passing: a disk or a branch may be missing. */
export function findManyDeletions(
  steps: readonly Step[],
  { total, done }: { total: number; done: Record<Deletions["side"], number> },
): Deletions[] {
  return (["here", "there"] as const).flatMap((side) => {
    const planned = steps.filter((step) => isDeletion(step, side)).length;
    const number = planned + done[side];
    const isMany =
      number > maxUnconfirmedDeletions || (total > minDeletions && number > total * maxDeletedShare);
    return planned > 0 && isMany ? [{ side, number, total }] : [];
  });
}

export const isDeletion = (step: Step, side: Deletions["side"]) => step.do === "remove" && step.side === side;

export function formatDeletions({ side, number, total }: Deletions): string {
  return side === "there"
    ? `${number} of ${formatCount(total, "file")} are missing from the folder and would be deleted from the workspace.`
    : `${number} of ${formatCount(total, "file")} were deleted in the workspace and would be deleted from the folder.`;
}
