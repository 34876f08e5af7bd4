import { can, canManageRole, type Role, roles, type RouterOutputs } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Avatar, getDisplayName } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { Row } from "../../ui/Page.tsx";
import { showToast, showErrorToast } from "../../ui/toast.ts";
import { ExplainAccess } from "../access/ExplainAccess.tsx";
import { roleLabels } from "../role-labels.ts";

interface MemberRowProps {
  workspaceId: string;
  member: RouterOutputs["workspace"]["member"]["list"]["items"][number];
  /** The reader's role. */
  own: Role;
  isMe: boolean;
  /** Whether the workspace requires a second factor. */
  isFactorRequired: boolean;
}

/** A member and their role, which higher roles can change. */
export function MemberRow({
  workspaceId,
  member: { user, email, role, secondFactor },
  own,
  isMe,
  isFactorRequired,
}: MemberRowProps) {
  const [leaving, setLeaving] = useState(false);
  const [promoting, setPromoting] = useState(false);
  const refresh = () => queryClient.invalidateQueries(trpc.workspace.member.pathFilter());
  const updateRole = useMutation(
    trpc.workspace.member.updateRole.mutationOptions({
      onSuccess: (_member, input) => {
        showToast(`${getDisplayName(user)} is now ${roleLabels[input.role].as}.`);
        setPromoting(false);
        return refresh();
      },
      onError: (error, input) => {
        // The dialog shows the others.
        if (input.role !== "owner") showErrorToast(error);
      },
    }),
  );
  const setRole = (next: Role) => updateRole.mutate({ workspaceId, userId: user.id, role: next });
  const remove = useMutation(
    trpc.workspace.member.remove.mutationOptions({
      onSuccess: async () => {
        setLeaving(false);
        await refresh();
      },
    }),
  );
  const manageable = !isMe && canManageRole(own, role);
  return (
    <Row>
      <Avatar user={user} />
      <div className="min-w-48 flex-1">
        <p className="truncate font-medium">
          {getDisplayName(user)}
          {isMe && <span className="ml-2 text-sm font-normal text-faint">you</span>}
        </p>
        <p className="truncate text-sm text-faint">{email}</p>
        {isFactorRequired && secondFactor === "none" && (
          <p className="text-sm text-faint">No two-step verification</p>
        )}
      </div>
      {/* They stay together if the row is too narrow for them. */}
      <div className="flex items-center gap-3">
        {manageable && can(own, "member.updateRole") ? (
          <select
            aria-label={`Role for ${getDisplayName(user)}`}
            value={role}
            onChange={(event) => {
              // A disabled field would lose the focus.
              if (updateRole.isPending) return;
              const chosen = roles.find((one) => one === event.target.value);
              // With the keyboard, one key press too many chooses it.
              if (chosen === "owner") setPromoting(true);
              else if (chosen !== undefined) setRole(chosen);
            }}
            className="h-8 rounded-md border border-edge bg-paper px-2 text-sm pointer-coarse:h-10"
          >
            {roles
              .filter((one) => canManageRole(own, one))
              .map((one) => (
                <option key={one} value={one}>
                  {roleLabels[one].name}
                </option>
              ))}
          </select>
        ) : (
          <span className="text-sm text-faint">{roleLabels[role].name}</span>
        )}
        {manageable && can(own, "member.remove") && (
          <Button kind="quiet" aria-label={`Remove ${getDisplayName(user)}`} onClick={() => setLeaving(true)}>
            Remove
          </Button>
        )}
        {(isMe || can(own, "access.explainOthers")) && (
          <ExplainAccess
            workspaceId={workspaceId}
            userId={user.id}
            name={isMe ? "you" : getDisplayName(user)}
          />
        )}
      </div>
      <Confirm
        open={promoting}
        onOpenChange={(opened) => {
          setPromoting(opened);
          updateRole.reset();
        }}
        title={`Make ${getDisplayName(user)} an owner?`}
        action="Make owner"
        onConfirm={() => setRole("owner")}
        pending={updateRole.isPending}
        error={updateRole.error}
      >
        Owners can do everything in this workspace, including deleting it and removing you.
      </Confirm>
      <Confirm
        open={leaving}
        onOpenChange={setLeaving}
        title={`Remove ${getDisplayName(user)}?`}
        action="Remove"
        onConfirm={() => remove.mutate({ workspaceId, userId: user.id })}
        pending={remove.isPending}
        error={remove.error}
      >
        They'll lose access immediately, including to documents they have open. Their contributions will
        remain.
      </Confirm>
    </Row>
  );
}
