import type { RouterOutputs } from "@mdreader/client";

import { formatBytes, formatTable, formatTime, toOneLine } from "../output.ts";

type Explanation = RouterOutputs["workspace"]["access"]["explain"];
type Reason = Explanation["decisions"][number]["reasons"][number];

/** Formats what a member may do: a line for each action, with what prevents it or what else permits it. */
export function formatExplanation({ user, role, decisions }: Explanation): string {
  const memberLine =
    user === null ? "Not a member." : `${toOneLine(user.username)} is ${role ?? "not a member"}.`;
  const table = formatTable(
    ["ACTION", "ALLOWED", "WHY"],
    decisions.map(({ action, isAllowed, reasons }) => [
      action,
      isAllowed ? "yes" : "no",
      reasons
        .filter((reason) => isShown(reason, isAllowed))
        .map(formatReason)
        .join("; "),
    ]),
  );
  return `${memberLine}\n\n${table}`;
}

/** Whether to show a reason: one that prevents the action, a link, or the role that allows it. */
const isShown = ({ kind, permits }: Reason, isAllowed: boolean): boolean =>
  !permits || kind === "share" || (isAllowed && kind === "role");

function formatReason(reason: Reason): string {
  switch (reason.kind) {
    case "membership":
      return "not a member";
    case "role":
      return reason.permits ? `${reason.role} role` : `requires the ${reason.required} role`;
    case "suspension":
      return "the account is suspended";
    case "secondFactor":
      return "hasn't set up two-step verification, which the workspace requires";
    case "scope":
      return reason.required === "session"
        ? "API keys can't do this"
        : `the API key lacks the ${reason.required} scope`;
    case "quota":
      return `the quota is used up (${formatBytes(reason.usedBytes)} of ${formatBytes(reason.quotaBytes)})`;
    case "share":
      return reason.expiresAt === null
        ? "a public link shows it to anyone"
        : `a public link shows it to anyone, and expires ${formatTime(reason.expiresAt)}`;
  }
}
