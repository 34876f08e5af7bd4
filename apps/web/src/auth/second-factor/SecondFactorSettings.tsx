import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Form } from "../../ui/Form.tsx";
import { showToast } from "../../ui/toast.ts";
import { RecoveryCodes } from "./RecoveryCodes.tsx";
import { SetUp } from "./SetUp.tsx";
import { readStepUp, StepUpFields } from "./StepUpFields.tsx";

/** Sets up, replaces and turns off the second factor. */
export function SecondFactorSettings({ hasPassword }: { hasPassword: boolean }) {
  const factor = useQuery(trpc.auth.secondFactor.get.queryOptions());
  const [task, setTask] = useState<"setUp" | "regenerate" | "disable" | null>(null);
  const finish = () => {
    setTask(null);
    void queryClient.invalidateQueries(trpc.auth.secondFactor.pathFilter());
  };
  if (factor.data === undefined) return <ErrorNote error={factor.error} retry={factor.refetch} />;
  const { isEnabled, hasAuthenticatorApp, passkeyCount, isRequired, recoveryCodesLeft } = factor.data;
  if (task === "setUp") {
    const cancel = <Button onClick={finish}>Cancel</Button>;
    return <SetUp hasPassword={hasPassword} isEnabled={isEnabled} onDone={finish} alternatives={cancel} />;
  }
  if (task === "regenerate") return <Regenerate hasPassword={hasPassword} onDone={finish} />;
  if (task === "disable") return <Disable hasPassword={hasPassword} onDone={finish} />;
  if (!isEnabled)
    return (
      <Button className="justify-self-start" onClick={() => setTask("setUp")}>
        Set up
      </Button>
    );
  return (
    <div className="grid gap-3">
      <p className="text-sm">
        <span className="font-medium">On.</span> Recovery codes left: {recoveryCodesLeft}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setTask("regenerate")}>New recovery codes</Button>
        <Button onClick={() => setTask("setUp")}>{hasAuthenticatorApp ? "Replace app" : "Set up app"}</Button>
        {hasAuthenticatorApp && (!isRequired || passkeyCount > 0) && (
          <Button className="text-danger" onClick={() => setTask("disable")}>
            {passkeyCount > 0 ? "Remove app" : "Turn off"}
          </Button>
        )}
      </div>
    </div>
  );
}

interface TaskProps {
  hasPassword: boolean;
  onDone: () => void;
}

function Regenerate({ hasPassword, onDone }: TaskProps) {
  const regenerate = useMutation(trpc.auth.secondFactor.regenerate.mutationOptions());
  if (regenerate.data !== undefined)
    return <RecoveryCodes codes={regenerate.data.recoveryCodes} onDone={onDone} />;
  return (
    <Form onSend={(form) => regenerate.mutate(readStepUp(form))}>
      <StepUpFields hasPassword={hasPassword} hasSecondFactor error={regenerate.error} />
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" type="submit" disabled={regenerate.isPending}>
          Replace recovery codes
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </Form>
  );
}

function Disable({ hasPassword, onDone }: TaskProps) {
  const disable = useMutation(
    trpc.auth.secondFactor.disable.mutationOptions({
      onSuccess: () => {
        showToast("Your authenticator app was removed.");
        onDone();
      },
    }),
  );
  return (
    <Form onSend={(form) => disable.mutate(readStepUp(form))}>
      <StepUpFields hasPassword={hasPassword} hasSecondFactor error={disable.error} />
      <div className="flex flex-wrap gap-2">
        <Button kind="danger" type="submit" disabled={disable.isPending}>
          Remove authenticator app
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </Form>
  );
}
