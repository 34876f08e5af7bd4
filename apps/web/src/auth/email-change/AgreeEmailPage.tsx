import { useMutation } from "@tanstack/react-query";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { AuthCard } from "../AuthCard.tsx";
import { useTokenFromHash } from "../useTokenFromHash.ts";
import { EmailChangeResult, IncompleteLink } from "./EmailChangeResult.tsx";

const onSuccess = () => queryClient.invalidateQueries(trpc.auth.pathFilter());

/** The target of the link in the email to the current address, whose reader agrees to the new one or refuses it. */
export function AgreeEmailPage() {
  const token = useTokenFromHash();
  const agree = useMutation(trpc.auth.emailChange.confirm.mutationOptions({ onSuccess }));
  const refuse = useMutation(trpc.auth.emailChange.refuse.mutationOptions({ onSuccess }));
  if (token === null) return <IncompleteLink />;
  if (refuse.isSuccess) {
    return (
      <AuthCard title="Email change denied" lead="Your email address hasn't changed.">
        <p className="text-sm">
          If you didn't request the change, someone else is signed in to your account. Change your password,
          and sign out all other sessions.
        </p>
      </AuthCard>
    );
  }
  if (agree.data !== undefined) return <EmailChangeResult state={agree.data.state} />;
  const isPending = agree.isPending || refuse.isPending;
  return (
    <AuthCard
      title="Change your email address?"
      lead="The new address is in the email that contained this link."
    >
      <p className="text-sm text-warn">Approve only if you requested this change.</p>
      <ErrorNote error={agree.error ?? refuse.error} />
      <div className="grid grid-cols-2 gap-2">
        <Button className="h-9" disabled={isPending} onClick={() => refuse.mutate({ token })}>
          Deny
        </Button>
        <Button kind="primary" className="h-9" disabled={isPending} onClick={() => agree.mutate({ token })}>
          Approve
        </Button>
      </div>
    </AuthCard>
  );
}
