import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";

import { client, queryClient, trpc } from "../../lib/client.ts";
import { Button, getButtonClass } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { AuthCard } from "../AuthCard.tsx";
import { RegisterForm } from "../RegisterForm.tsx";
import { useTokenFromHash } from "../useTokenFromHash.ts";

/** The target of the link that a new server prints. Its reader becomes the first superuser. */
export function SetupPage() {
  const token = useTokenFromHash();
  const navigate = useNavigate();
  const signedIn = useQuery({
    queryKey: ["signed in"],
    queryFn: () => client.session.isSignedIn(),
    staleTime: 0,
  });
  if (token === null) {
    return (
      <AuthCard
        title="This link is incomplete"
        lead="Open the whole link that the server printed when it started."
      >
        <Link to="/" className={getButtonClass("plain", "h-9")}>
          Go to your workspaces
        </Link>
      </AuthCard>
    );
  }
  const goOn = async () => {
    await queryClient.invalidateQueries(trpc.auth.me.pathFilter());
    await navigate({ to: "/admin/settings" });
  };
  return (
    <AuthCard
      title="Create the administrator account"
      lead="This account manages the server: its users, workspaces and settings."
    >
      {signedIn.isPending && <Loading />}
      {signedIn.data === true && <Claim token={token} onClaimed={goOn} />}
      {signedIn.data === false && (
        <RegisterForm tokens={{ setupToken: token }} onRegistered={() => void goOn()} />
      )}
    </AuthCard>
  );
}

/** For a person with an account. */
function Claim({ token, onClaimed }: { token: string; onClaimed: () => Promise<void> }) {
  const me = useQuery(trpc.auth.me.queryOptions());
  const claim = useMutation(trpc.auth.admin.claim.mutationOptions({ onSuccess: onClaimed }));
  return (
    <>
      <p className="text-sm text-faint">You're signed in as {me.data?.username ?? "…"}.</p>
      <ErrorNote error={claim.error} />
      <Button
        kind="primary"
        className="h-9"
        disabled={claim.isPending}
        onClick={() => claim.mutate({ token })}
      >
        Become administrator
      </Button>
    </>
  );
}
