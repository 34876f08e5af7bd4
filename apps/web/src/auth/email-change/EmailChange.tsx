import { fieldErrorsOf, isReason, type RouterOutputs } from "@mdreader/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Field } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { Time } from "../../ui/Time.tsx";
import { showErrorToast, showToast } from "../../ui/toast.ts";
import { readStepUp, StepUpFields } from "../second-factor/StepUpFields.tsx";
import { useHasSecondFactor } from "../second-factor/useHasSecondFactor.ts";

const invalidate = () => queryClient.invalidateQueries(trpc.auth.emailChange.pathFilter());

/** Requests a new email address, and shows what a requested one waits for. */
export function EmailChange({ hasPassword, isSuperuser }: { hasPassword: boolean; isSuperuser: boolean }) {
  const change = useQuery(trpc.auth.emailChange.get.queryOptions());
  const [asking, setAsking] = useState(false);
  if (change.data === undefined) return <ErrorNote error={change.error} retry={change.refetch} />;
  if (asking) return <RequestForm hasPassword={hasPassword} onDone={() => setAsking(false)} />;
  const { pending } = change.data;
  return (
    <div className="grid gap-3">
      {pending !== null && <Pending change={pending} isSuperuser={isSuperuser} />}
      <Button className="justify-self-start" onClick={() => setAsking(true)}>
        {pending === null ? "Change email" : "Use a different address"}
      </Button>
    </div>
  );
}

type PendingChange = NonNullable<RouterOutputs["auth"]["emailChange"]["get"]["pending"]>;

interface PendingProps {
  change: PendingChange;
  isSuperuser: boolean;
}

function Pending({ change: { newEmail, isAgreed, isProven, expiresAt }, isSuperuser }: PendingProps) {
  const sendsMail = useQuery(trpc.auth.instance.queryOptions()).data?.sendsMail ?? true;
  const cancel = useMutation(
    trpc.auth.emailChange.cancel.mutationOptions({
      onSuccess: () => showToast("Email change canceled"),
      onError: showErrorToast,
      onSettled: invalidate,
    }),
  );
  return (
    <div className="grid gap-2 text-sm">
      <p className="wrap-anywhere">
        Pending change to <b className="font-medium">{newEmail}</b>.{" "}
        {describeNextStep(isAgreed, isProven, sendsMail ? "that we sent to" : "for")} The links expire{" "}
        <Time at={expiresAt} />.
      </p>
      {!sendsMail && (
        <p className="text-faint">
          This server doesn't send email.{" "}
          {isSuperuser ? "The links are on the System page." : "Ask your administrator for the links."}
        </p>
      )}
      <Button className="justify-self-start" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
        Cancel change
      </Button>
    </div>
  );
}

/** @param whose What is between a link and its address. */
function describeNextStep(isAgreed: boolean, isProven: boolean, whose: string): string {
  if (isAgreed) return `Open the link ${whose} the new address.`;
  if (isProven) return `Open the link ${whose} your current address, and approve the change.`;
  return `Open the links ${whose} both addresses.`;
}

function RequestForm({ hasPassword, onDone }: { hasPassword: boolean; onDone: () => void }) {
  const hasSecondFactor = useHasSecondFactor();
  const request = useMutation(
    trpc.auth.emailChange.request.mutationOptions({
      onSuccess: async () => {
        await invalidate();
        onDone();
      },
    }),
  );
  const { error } = request;
  const isUnchanged = isReason(error, "EMAIL_UNCHANGED");
  const isOfField = isUnchanged || isReason(error, "BAD_INPUT");
  return (
    <Form onSend={(form) => request.mutate({ email: getFormString(form, "email"), ...readStepUp(form) })}>
      <Field
        label="New email"
        name="email"
        type="email"
        autoComplete="email"
        required
        maxLength={254}
        errors={isUnchanged ? [error.message] : fieldErrorsOf(error)["email"]}
      />
      <StepUpFields
        hasPassword={hasPassword}
        hasSecondFactor={hasSecondFactor}
        error={isOfField ? null : error}
      />
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" type="submit" disabled={request.isPending}>
          Request change
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </Form>
  );
}
