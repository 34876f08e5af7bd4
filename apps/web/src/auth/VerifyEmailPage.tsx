import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

import { queryClient, trpc } from "../lib/client.ts";
import { getButtonClass } from "../ui/Button.tsx";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { Loading } from "../ui/Loading.tsx";
import { AuthCard } from "./AuthCard.tsx";
import { useTokenFromHash } from "./useTokenFromHash.ts";

/** The target of the link in the verification email. Opening it verifies the address. */
export function VerifyEmailPage() {
  const token = useTokenFromHash();
  const { mutate, isSuccess, isPending, error } = useMutation(
    trpc.auth.verifyEmail.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.auth.me.pathFilter()),
    }),
  );
  const sent = useRef(false);
  useEffect(() => {
    if (token === null || sent.current) return;
    sent.current = true; // The link can be used once, and React may run an effect twice.
    mutate({ token });
  }, [token, mutate]);
  const onward = (
    <Link to="/" className={getButtonClass("primary", "h-9")}>
      Go to your workspaces
    </Link>
  );
  if (isSuccess) {
    return (
      <AuthCard title="Email address confirmed" lead="Thank you.">
        {onward}
      </AuthCard>
    );
  }
  if (token === null) {
    return (
      <AuthCard
        title="This link is incomplete"
        lead="Open it directly from the email, or request a new one on your profile page."
      >
        {onward}
      </AuthCard>
    );
  }
  return (
    <AuthCard title="Confirming your email address">
      {isPending && <Loading what="One moment" />}
      <ErrorNote error={error} />
      {error !== null && onward}
    </AuthCard>
  );
}
