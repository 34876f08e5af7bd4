import { isReason } from "@mdreader/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { AuthCard } from "../../auth/AuthCard.tsx";
import { client, queryClient, trpc } from "../../lib/client.ts";
import { Button, getButtonClass } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { Time } from "../../ui/Time.tsx";
import { roleLabels } from "../role-labels.ts";
import { pendingInvitation } from "./pending.ts";

/** The target of an invitation link, for visitors with or without an account. */
export function InvitationPage() {
  const [token] = useState(pendingInvitation.take);
  const preview = useMutation(trpc.workspace.invitation.preview.mutationOptions());
  const { mutate } = preview;
  useEffect(() => {
    if (token !== null) mutate({ token });
  }, [token, mutate]);
  if (token === null || isReason(preview.error, "INVITATION_INVALID", "BAD_INPUT")) {
    return (
      <AuthCard
        title="This invitation is no longer valid"
        lead="It was already used, was revoked, or has expired. Ask for a new one."
      >
        <Link to="/" className={getButtonClass("plain", "h-9")}>
          Go to your workspaces
        </Link>
      </AuthCard>
    );
  }
  if (preview.data === undefined) {
    return (
      <AuthCard title="You're invited">
        {preview.error === null && <Loading />}
        <ErrorNote error={preview.error} retry={() => mutate({ token })} />
      </AuthCard>
    );
  }
  const { workspaceName, role, invitedBy, forEmail, expiresAt } = preview.data;
  return (
    <AuthCard
      title={`Join ${workspaceName}`}
      lead={
        <>
          {invitedBy === null ? "You were invited" : `${invitedBy} invited you`} to join as{" "}
          {roleLabels[role].as}. The invitation expires <Time at={expiresAt} />.
        </>
      }
    >
      {forEmail && (
        <p className="text-sm text-faint">Only an account with the invited email address can accept it.</p>
      )}
      <InvitationAnswer token={token} />
    </AuthCard>
  );
}

/** Accepts the invitation if signed in. Otherwise, offers to register or sign in and then returns here. */
function InvitationAnswer({ token }: { token: string }) {
  const navigate = useNavigate();
  const signedIn = useQuery({
    queryKey: ["signed in"],
    queryFn: () => client.session.isSignedIn(),
    staleTime: 0,
  });
  const me = useQuery(trpc.auth.me.queryOptions(undefined, { enabled: signedIn.data === true }));
  const accept = useMutation(
    trpc.workspace.invitation.accept.mutationOptions({
      onSuccess: async ({ id }) => {
        pendingInvitation.forget();
        await queryClient.invalidateQueries(trpc.workspace.list.pathFilter());
        await navigate({ to: "/w/$workspaceId", params: { workspaceId: id } });
      },
    }),
  );
  if (signedIn.isPending) return <Loading />;
  const back = { next: "/invitation" };
  if (signedIn.data !== true) {
    return (
      <>
        <Link to="/register" search={back} className={getButtonClass("primary", "h-9")}>
          Create an account
        </Link>
        <Link to="/login" search={back} className={getButtonClass("plain", "h-9")}>
          Sign in
        </Link>
      </>
    );
  }
  return (
    <>
      <ErrorNote error={accept.error} />
      <Button
        kind="primary"
        className="h-9"
        disabled={accept.isPending}
        onClick={() => accept.mutate({ token })}
      >
        Accept
      </Button>
      <p className="text-center text-sm text-faint">
        You're signed in as {me.data?.username ?? "…"}.{" "}
        <Link to="/login" search={back} className="underline underline-offset-2">
          Not you?
        </Link>
      </p>
    </>
  );
}
