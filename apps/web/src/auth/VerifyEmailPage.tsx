import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

import { queries, trpc } from "../app/client.ts";
import { buttonClass } from "../ui/Button.tsx";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { Pending } from "../ui/Pending.tsx";
import { AuthCard } from "./AuthCard.tsx";
import { useSecretFromLink } from "./secret-from-link.ts";

/** Where the link of the mail leads that asks whether an address is one's own. Opening it is the answer. */
export function VerifyEmailPage() {
  const token = useSecretFromLink();
  const { mutate, isSuccess, isPending, error } = useMutation(
    trpc.auth.verifyEmail.mutationOptions({
      onSuccess: () => queries.invalidateQueries(trpc.auth.me.pathFilter()),
    }),
  );
  const sent = useRef(false);
  useEffect(() => {
    if (token === null || sent.current) return;
    sent.current = true; // The link works once, and React may run an effect twice.
    mutate({ token });
  }, [token, mutate]);
  const onward = (
    <Link to="/" className={buttonClass("primary", "h-9")}>
      Go to your workspaces
    </Link>
  );
  if (isSuccess) {
    return (
      <AuthCard title="Thank you" lead="Your email address is confirmed.">
        {onward}
      </AuthCard>
    );
  }
  if (token === null) {
    return (
      <AuthCard
        title="This link is incomplete"
        lead="Open it directly from the email, or request a new one in your profile."
      >
        {onward}
      </AuthCard>
    );
  }
  return (
    <AuthCard title="Confirming your email">
      {isPending && <Pending what="One moment" />}
      <ErrorNote error={error} />
      {error !== null && onward}
    </AuthCard>
  );
}
