import type { RouterInputs, RouterOutputs } from "@mdreader/client";
import { useQuery } from "@tanstack/react-query";
import { Check, CircleQuestionMark, X } from "lucide-react";
import { useState } from "react";

import { trpc } from "../../lib/client.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { roleLabels } from "../role-labels.ts";

type ExplainInput = RouterInputs["workspace"]["access"]["explain"];
type Decision = RouterOutputs["workspace"]["access"]["explain"]["decisions"][number];
type Reason = Decision["reasons"][number];

/** The actions to explain, from the most common to the most powerful. */
const labels = {
  "document.read": "Read and search",
  "comment.create": "Comment",
  "document.update": "Edit",
  "file.upload": "Upload files",
  "share.create": "Create public links",
  "invitation.create": "Invite people",
  "workspace.update": "Change workspace settings",
  "workspace.delete": "Delete the workspace",
} satisfies Partial<Record<NonNullable<ExplainInput["actions"]>[number], string>>;
const isShown = (action: string): action is keyof typeof labels => Object.hasOwn(labels, action);
const actions = Object.keys(labels).filter(isShown);

interface ExplainAccessProps {
  workspaceId: string;
  userId: string;
  /** The person's name. */
  name: string;
}

/** A button that shows what a member may do in the workspace, and what prevents the rest. */
export function ExplainAccess({ workspaceId, userId, name }: ExplainAccessProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton label={`What ${name} can do`} onClick={() => setOpen(true)}>
        <CircleQuestionMark />
      </IconButton>
      <Dialog open={open} onOpenChange={setOpen} title={`What ${name} can do`}>
        <Decisions workspaceId={workspaceId} userId={userId} />
      </Dialog>
    </>
  );
}

function Decisions({ workspaceId, userId }: Pick<ExplainAccessProps, "workspaceId" | "userId">) {
  const found = useQuery(trpc.workspace.access.explain.queryOptions({ workspaceId, userId, actions }));
  return (
    <>
      {found.isPending && <Loading />}
      <ErrorNote error={found.error} retry={found.refetch} />
      <ul className="grid gap-2 text-sm">
        {found.data?.decisions.map((decision) => (
          <DecisionItem key={decision.action} {...decision} />
        ))}
      </ul>
    </>
  );
}

function DecisionItem({ action, isAllowed, reasons }: Decision) {
  const Icon = isAllowed ? Check : X;
  const obstacles = reasons.filter(({ permits }) => !permits).map(describeObstacle);
  return (
    <li className="flex items-start gap-2">
      <Icon aria-hidden="true" className="size-4 shrink-0 translate-y-0.5 text-faint" />
      <span>
        <span className="sr-only">{isAllowed ? "Allowed: " : "Not allowed: "}</span>
        {isShown(action) ? labels[action] : action}
        {obstacles.length > 0 && <span className="block text-faint">{obstacles.join(" ")}</span>}
      </span>
    </li>
  );
}

/** Describes what prevents an action. */
function describeObstacle(reason: Reason): string {
  switch (reason.kind) {
    case "membership":
      return "Not a member of this workspace.";
    case "role":
      return `Requires the ${roleLabels[reason.required].name} role.`;
    case "suspension":
      return "The account is suspended.";
    case "secondFactor":
      return "Two-step verification isn't set up, but this workspace requires it.";
    case "scope":
      return "The API key doesn't have the required scope.";
    case "quota":
      return "The workspace is out of storage.";
    case "share":
      return "";
  }
}
