import { useMutation } from "@tanstack/react-query";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { AuthCard } from "../AuthCard.tsx";
import { useTokenFromHash } from "../useTokenFromHash.ts";
import { EmailChangeResult, IncompleteLink } from "./EmailChangeResult.tsx";

/** The target of the link in the email to the new address. */
export function ProveEmailPage() {
  const token = useTokenFromHash();
  const confirm = useMutation(
    trpc.auth.emailChange.confirm.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.auth.pathFilter()),
    }),
  );
  if (token === null) return <IncompleteLink />;
  if (confirm.data !== undefined) return <EmailChangeResult state={confirm.data.state} />;
  return (
    <AuthCard
      title="Use this email address?"
      lead="You'll use this address to sign in to the account named in the email. Confirm only if that account is yours."
    >
      <ErrorNote error={confirm.error} />
      <Button
        kind="primary"
        className="h-9"
        disabled={confirm.isPending}
        onClick={() => confirm.mutate({ token })}
      >
        Confirm email address
      </Button>
    </AuthCard>
  );
}
