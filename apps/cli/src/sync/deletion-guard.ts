import { formatCount } from "../output.ts";
import type { Step } from "./plan.ts";

/** Pending deletions on one side. */
export interface Deletions {
  side: "here" | "there";
  /** The number of deletions, including those already made in this run. */
  number: number;
  /** The number of synced documents and files. */
  total: number;
}

/** Limits for deletions without a confirmation: an absolute number, and a share if there are more than `minDeletions`. */
const maxUnconfirmedDeletions = 10;
const minDeletions = 3;
const maxDeletedShare = 1 / 3;

/** The sides with unusually many pending deletions, for example because a disk or branch is missing. */
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

export const isDeletion = (step: Step, side: Deletions["side"]) =>
  step.type === "remove" && step.side === side;

export function formatDeletions({ side, number, total }: Deletions): string {
  return side === "there"
    ? `${number} of ${formatCount(total, "file")} are missing from the folder and would be deleted from the workspace.`
    : `${number} of ${formatCount(total, "file")} were deleted in the workspace and would be deleted from the folder.`;
}
