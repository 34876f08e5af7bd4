import { toOneLine } from "../output.ts";
import { listProblems, type Problem } from "../transfer/report.ts";
import type { Step } from "./plan.ts";

/** Formats a plan with one line per change, such as `→ changed  guide.md`. */
export function formatPlan(steps: readonly Step[], problems: readonly Problem[]): string {
  const lines = steps.flatMap((step) => formatStep(step)).toSorted((a, b) => a.path.localeCompare(b.path));
  return [
    ...(lines.length === 0 ? ["Already in sync."] : []),
    ...lines.map(({ mark, what, path }) => `${mark} ${what.padEnd(8)} ${toOneLine(path)}`),
    ...listProblems("Can't be synced:", problems),
  ].join("\n");
}

/** `→` changes the workspace, `←` changes the folder, `↔` is merged. */
interface Line {
  mark: "→" | "←" | "↔";
  what: string;
  path: string;
}

function formatStep(step: Step): Line[] {
  switch (step.type) {
    case "upload":
      return [{ mark: "→", what: step.restores === null ? "new" : "restored", path: step.path }];
    case "download":
      return [{ mark: "←", what: "new", path: step.path }];
    case "reconcile":
      return [{ mark: "↔", what: "on both", path: step.path }];
    case "remove":
      return [{ mark: step.side === "there" ? "→" : "←", what: "deleted", path: step.path }];
    case "restore":
      return [{ mark: "→", what: "restored", path: step.path }];
    case "untrack":
      return [];
    case "update":
      return formatUpdate(step);
  }
}

function formatUpdate({ move, text, from, path }: Extract<Step, { type: "update" }>): Line[] {
  const lines: Line[] = [];
  if (move !== null)
    lines.push({ mark: move === "there" ? "→" : "←", what: "moved", path: `${from} to ${path}` });
  if (text !== null) lines.push({ mark: text === "send" ? "→" : "←", what: "changed", path });
  return lines;
}
