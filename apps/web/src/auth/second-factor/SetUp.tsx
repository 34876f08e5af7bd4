import type { RouterOutputs } from "@mdreader/client";
import { isReason } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { CopyField } from "../../ui/CopyField.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { CodeField } from "./CodeField.tsx";
import { QrCode } from "./QrCode.tsx";
import { RecoveryCodes } from "./RecoveryCodes.tsx";
import { readStepUp, StepUpFields } from "./StepUpFields.tsx";

interface SetUpProps {
  hasPassword: boolean;
  /** Whether the account has a second factor, which the new one replaces. */
  isEnabled: boolean;
  onDone: () => void;
  /** What the person can do instead. It disappears with the recovery codes, which are shown only once. */
  alternatives: ReactNode;
}

/** Sets up an authenticator app: the person confirms that it's them, scans the QR code, and enters its first code. */
export function SetUp({ hasPassword, isEnabled, onDone, alternatives }: SetUpProps) {
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const start = useMutation(trpc.auth.secondFactor.start.mutationOptions());
  if (codes !== null) return <RecoveryCodes codes={codes} onDone={onDone} />;
  if (start.data !== undefined)
    return <ConfirmSetUp started={start.data} onConfirmed={setCodes} alternatives={alternatives} />;
  return (
    <Form onSend={(form) => start.mutate(readStepUp(form))}>
      <StepUpFields hasPassword={hasPassword} hasSecondFactor={isEnabled} error={start.error} />
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" type="submit" disabled={start.isPending}>
          Set up authenticator app
        </Button>
        {alternatives}
      </div>
    </Form>
  );
}

interface ConfirmSetUpProps {
  started: RouterOutputs["auth"]["secondFactor"]["start"];
  onConfirmed: (codes: readonly string[]) => void;
  alternatives: ReactNode;
}

function ConfirmSetUp({ started: { secret, uri, token }, onConfirmed, alternatives }: ConfirmSetUpProps) {
  const confirm = useMutation(
    trpc.auth.secondFactor.confirm.mutationOptions({
      onSuccess: ({ recoveryCodes }) => onConfirmed(recoveryCodes),
    }),
  );
  return (
    <Form onSend={(form) => confirm.mutate({ token, code: getFormString(form, "code") })}>
      <p className="text-sm">
        Scan this code with your authenticator app, then enter the six-digit code that it shows.
      </p>
      <QrCode text={uri} label="QR code for your authenticator app" />
      <CopyField label="Or enter this key" value={secret} />
      <CodeField error={confirm.error} takesFocus />
      {!isReason(confirm.error, "SECOND_FACTOR_WRONG") && <ErrorNote error={confirm.error} />}
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" type="submit" disabled={confirm.isPending}>
          Turn on
        </Button>
        {alternatives}
      </div>
    </Form>
  );
}
