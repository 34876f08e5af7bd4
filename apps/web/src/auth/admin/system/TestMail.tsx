import type { RouterOutputs } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";

import { queryClient, trpc } from "../../../lib/client.ts";
import { Button } from "../../../ui/Button.tsx";
import { ErrorNote } from "../../../ui/ErrorNote.tsx";

type Result = RouterOutputs["auth"]["admin"]["system"]["sendTestMail"];

/** Sends an email to the reader, and shows whether the mail server took it. */
export function TestMail() {
  const send = useMutation(
    trpc.auth.admin.system.sendTestMail.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.auth.admin.system.listStoredMails.pathFilter()),
    }),
  );
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button onClick={() => send.mutate()} disabled={send.isPending}>
        Send a test email to yourself
      </Button>
      <output className="text-sm text-faint">{send.data !== undefined && describeResult(send.data)}</output>
      <ErrorNote error={send.error} />
    </div>
  );
}

function describeResult({ outcome, error }: Result): string {
  if (outcome === "sent") return "The mail server accepted the email. Check your inbox.";
  if (outcome === "stored") return "The email was stored because no mail server is configured.";
  return `The mail server didn't accept the email (${error ?? "unknown error"}). Check SMTP_URL and MAIL_FROM.`;
}
