import { formatCount, toOneLine } from "../output.ts";
import { listProblems, type Problem } from "../transfer/report.ts";

/** A line changed on both sides. Both changes are kept for review. */
export interface ConflictLocation {
  path: string;
  line: number;
}

/** The results of a sync. Paths are relative to the folder. */
export interface SyncReport {
  sent: { created: number; updated: number; moved: number; deleted: number };
  received: { created: number; updated: number; moved: number; deleted: number };
  /** Texts changed on both sides. */
  merged: string[];
  conflicts: ConflictLocation[];
  /** Files kept under another name because of a conflict. */
  kept: { path: string; as: string }[];
  failed: Problem[];
  /** Paths excluded from the sync, on either side. */
  leftOut: Problem[];
}

export function createReport(): SyncReport {
  const createCounts = () => ({ created: 0, updated: 0, moved: 0, deleted: 0 });
  return {
    sent: createCounts(),
    received: createCounts(),
    merged: [],
    conflicts: [],
    kept: [],
    failed: [],
    leftOut: [],
  };
}

/** Whether anything was done. */
export function isEmpty({ sent, received, merged, kept, failed }: SyncReport): boolean {
  const numbers = [...Object.values(sent), ...Object.values(received)];
  return numbers.every((number) => number === 0) && merged.length + kept.length + failed.length === 0;
}

export function formatReport(report: SyncReport): string {
  const { sent, received, merged, conflicts, kept, failed, leftOut } = report;
  return [
    ...(isEmpty(report) ? ["Already in sync."] : []),
    ...formatCounts("Sent", sent),
    ...formatCounts("Received", received),
    ...(merged.length > 0 ? [`Merged: ${formatCount(merged.length, "file")} changed on both sides.`] : []),
    ...formatList(
      "Conflicts: both sides changed these lines, and both changes are kept. Review them:",
      conflicts.map(({ path, line }) => `${path}:${line}`),
    ),
    ...formatList(
      "Files that differ from an item with the same name are kept under another name:",
      kept.map(({ path, as }) => `${path} is now ${as}`),
    ),
    ...listProblems("Not synced:", failed),
    ...listProblems("Left out:", leftOut, 20),
  ].join("\n");
}

function formatCounts(verb: string, counts: SyncReport["sent"]): string[] {
  const parts = Object.entries(counts).flatMap(([what, number]) => (number > 0 ? [`${number} ${what}`] : []));
  return parts.length === 0 ? [] : [`${verb}: ${parts.join(", ")}.`];
}

function formatList(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", heading, ...lines.map((line) => `  ${toOneLine(line)}`)];
}
