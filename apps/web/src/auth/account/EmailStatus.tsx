import type { RouterOutputs } from "@mdreader/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BadgeCheck, MailWarning } from "lucide-react";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { showToast, showErrorToast } from "../../ui/toast.ts";

/** The email address and its verification status. */
export function EmailStatus({ me }: { me: RouterOutputs["auth"]["me"] }) {
  const request = useMutation(
    trpc.auth.requestEmailVerification.mutationOptions({
      onSuccess: () => showToast(`Confirmation email sent to ${me.email}`),
      onError: showErrorToast,
    }),
  );
  const instance = useQuery(trpc.auth.instance.queryOptions());
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <span className="min-w-0 wrap-anywhere">{me.email}</span>
      {me.emailVerified ? (
        <span className="flex items-center gap-1.5 text-sm text-good">
          <BadgeCheck aria-hidden="true" className="size-4" />
          Confirmed
        </span>
      ) : (
        <>
          <span className="flex items-center gap-1.5 text-sm text-warn">
            <MailWarning aria-hidden="true" className="size-4" />
            Not confirmed
          </span>
          {instance.data?.sendsMail === false ? (
            <span className="text-sm text-faint">
              This server doesn't send email.{" "}
              {me.isSuperuser ? (
                <>
                  You can confirm your address on the{" "}
                  <Link to="/admin/users" className="text-accent underline">
                    Users
                  </Link>{" "}
                  page.
                </>
              ) : (
                "Your administrator can confirm your address."
              )}
            </span>
          ) : (
            <Button onClick={() => request.mutate()} disabled={request.isPending || request.isSuccess}>
              {request.isSuccess ? "Sent" : "Resend email"}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
