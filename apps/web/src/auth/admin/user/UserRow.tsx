import type { RouterOutputs } from "@mdreader/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useState } from "react";

import { client, queryClient, trpc } from "../../../lib/client.ts";
import { Avatar, getDisplayName } from "../../../ui/Avatar.tsx";
import { IconButton } from "../../../ui/Button.tsx";
import { Confirm } from "../../../ui/Confirm.tsx";
import { Menu, MenuItem, MenuSeparator } from "../../../ui/Menu.tsx";
import { Row } from "../../../ui/Page.tsx";
import { Time } from "../../../ui/Time.tsx";
import { showErrorToast, showToast } from "../../../ui/toast.ts";
import { HandOverDialog } from "../../account/HandOver.tsx";

type ManagedUser = RouterOutputs["auth"]["admin"]["user"]["list"]["items"][number];

const { user: api } = client.auth.admin;

/** The actions of a superuser on an account. Actions with an explanation are confirmed first. */
const actions = {
  suspend: {
    label: "Suspend",
    done: "is suspended",
    explanation:
      "They'll be signed out everywhere immediately, and won't be able to sign in or use their API keys until you reactivate the account. Their documents and public links will remain.",
    run: (id: string) => api.suspend.mutate({ id }),
  },
  reactivate: {
    label: "Reactivate",
    done: "is active again",
    explanation: null,
    run: (id: string) => api.reactivate.mutate({ id }),
  },
  verify: {
    label: "Confirm email address",
    done: "has a confirmed email address",
    explanation: null,
    run: (id: string) => api.verify.mutate({ id }),
  },
  cancelEmailChange: {
    label: "Cancel email change",
    done: "keeps the current email address",
    explanation: null,
    run: (id: string) => api.cancelEmailChange.mutate({ id }),
  },
  requirePasswordChange: {
    label: "Require a new password",
    done: "must choose a new password",
    explanation:
      "They'll be signed out everywhere, and must choose a new password the next time they sign in.",
    run: (id: string) => api.requirePasswordChange.mutate({ id }),
  },
  resetSecondFactor: {
    label: "Reset two-step verification",
    done: "can sign in without two-step verification",
    explanation:
      "They'll be signed out everywhere, and can sign in with just their password until they set it up again.",
    run: (id: string) => api.resetSecondFactor.mutate({ id }),
  },
  endSessions: {
    label: "Sign out everywhere",
    done: "is signed out everywhere",
    explanation: null,
    run: (id: string) => api.endSessions.mutate({ id }),
  },
  grantSuperuser: {
    label: "Make administrator",
    done: "is now an administrator",
    explanation:
      "Administrators manage users, workspaces and settings. They can't read documents in workspaces that they aren't members of.",
    run: (id: string) => api.updateSuperuser.mutate({ id, isSuperuser: true }),
  },
  revokeSuperuser: {
    label: "Remove as administrator",
    done: "is no longer an administrator",
    explanation:
      "They'll no longer be able to manage users, workspaces and settings. Only another administrator can undo this.",
    run: (id: string) => api.updateSuperuser.mutate({ id, isSuperuser: false }),
  },
  delete: {
    label: "Delete account",
    done: "was deleted",
    explanation:
      "They'll be signed out everywhere, and their API keys will be revoked. Their contributions will stay in their workspaces without their name. Workspaces with no other members will be deleted. You can restore the account for as long as the server settings allow.",
    run: (id: string) => api.delete.mutate({ id }),
  },
  restore: {
    label: "Restore account",
    done: "was restored",
    explanation: null,
    run: (id: string) => api.restore.mutate({ id }),
  },
  purge: {
    label: "Delete permanently",
    done: "was permanently deleted",
    explanation:
      "The account, and the workspaces that were deleted with it, can't be restored. The email address and username become available again.",
    run: (id: string) => api.purge.mutate({ id }),
  },
} as const;

type ActionName = keyof typeof actions;

/** A user, with a menu of actions. */
export function UserRow({ user }: { user: ManagedUser }) {
  const me = useQuery(trpc.auth.me.queryOptions());
  const [handingOver, setHandingOver] = useState(false);
  const [confirming, setConfirming] = useState<ActionName | null>(null);
  const act = useMutation({
    mutationFn: (name: ActionName) => actions[name].run(user.id),
    onSuccess: async (_result, name) => {
      setConfirming(null);
      showToast(`${getDisplayName(user)} ${actions[name].done}.`);
      await queryClient.invalidateQueries(trpc.auth.admin.user.pathFilter());
    },
    onError: (error, name) => {
      if (actions[name].explanation === null) showErrorToast(error);
    },
  });
  const item = (name: ActionName, danger = false) => (
    <MenuItem
      key={name}
      danger={danger}
      onSelect={() => (actions[name].explanation === null ? act.mutate(name) : setConfirming(name))}
    >
      {actions[name].label}
      {actions[name].explanation === null ? "" : "…"}
    </MenuItem>
  );
  const confirmed = confirming === null ? null : actions[confirming];
  return (
    <Row>
      <Avatar user={user} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">
          {getDisplayName(user)}
          {toBadges(user).map((badge) => (
            <span key={badge} className="ml-2 text-sm font-normal text-faint">
              {badge}
            </span>
          ))}
        </p>
        <p className="truncate text-sm text-faint">
          {user.email};{" "}
          {user.lastLoginAt === null ? (
            "never signed in"
          ) : (
            <>
              last sign-in <Time at={user.lastLoginAt} />
            </>
          )}
          {user.purgeAt !== null && (
            <>
              ; will be permanently deleted <Time at={user.purgeAt} />
            </>
          )}
          {user.failedSignIns > 0 && `; failed sign-ins in the last day: ${user.failedSignIns}`}
        </p>
      </div>
      <Menu
        align="end"
        trigger={
          <IconButton label={`Actions for ${getDisplayName(user)}`}>
            <Ellipsis />
          </IconButton>
        }
      >
        {user.deletedAt === null ? (
          <>
            {!user.emailVerified && item("verify")}
            {user.isEmailChangePending && item("cancelEmailChange")}
            {item("endSessions")}
            {item("requirePasswordChange")}
            {user.hasSecondFactor && user.id !== me.data?.id && item("resetSecondFactor")}
            {item(user.isSuperuser ? "revokeSuperuser" : "grantSuperuser")}
            {user.id !== me.data?.id && (
              <>
                <MenuSeparator />
                {user.isActive ? item("suspend", true) : item("reactivate")}
                {!user.isActive && (
                  <MenuItem onSelect={() => setHandingOver(true)}>Hand over workspaces and links…</MenuItem>
                )}
                {item("delete", true)}
              </>
            )}
          </>
        ) : (
          <>
            {item("restore")}
            <MenuSeparator />
            {item("purge", true)}
          </>
        )}
      </Menu>
      <HandOverDialog
        open={handingOver}
        onOpenChange={setHandingOver}
        userId={user.id}
        title={`Hand over workspaces and links of ${getDisplayName(user)}`}
      />
      <Confirm
        open={confirmed !== null}
        onOpenChange={() => {
          act.reset();
          setConfirming(null);
        }}
        title={`${confirmed?.label ?? ""}: ${getDisplayName(user)}`}
        action={confirmed?.label ?? ""}
        onConfirm={() => confirming !== null && act.mutate(confirming)}
        pending={act.isPending}
        error={act.error}
      >
        {confirmed?.explanation}
      </Confirm>
    </Row>
  );
}

const toBadges = ({
  deletedAt,
  isActive,
  isSuperuser,
  emailVerified,
  isEmailChangePending,
  hasSecondFactor,
  passwordChangeRequired,
}: ManagedUser) =>
  [
    isSuperuser && "administrator",
    hasSecondFactor && "two-step verification",
    deletedAt !== null && "deleted",
    !isActive && deletedAt === null && "suspended",
    !emailVerified && "email not confirmed",
    isEmailChangePending && "email change pending",
    passwordChangeRequired && "needs a new password",
  ].filter((badge) => badge !== false);
