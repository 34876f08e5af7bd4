import type { RouterOutputs } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { Form } from "../../ui/Form.tsx";
import { readStepUp, StepUpFields } from "../second-factor/StepUpFields.tsx";
import { useHasSecondFactor } from "../second-factor/useHasSecondFactor.ts";

interface LinkProviderProps {
  provider: RouterOutputs["auth"]["signInOptions"]["providers"][number];
  hasPassword: boolean;
}

/** Links an identity, which the person proves at the provider after confirming who they are here. */
export function LinkProvider({ provider: { id, name }, hasPassword }: LinkProviderProps) {
  const [asking, setAsking] = useState(false);
  const hasSecondFactor = useHasSecondFactor();
  const start = useMutation(
    trpc.auth.identity.startLink.mutationOptions({ onSuccess: ({ url }) => location.assign(url) }),
  );
  return (
    <>
      <Button onClick={() => setAsking(true)}>Link {name}</Button>
      <Dialog
        open={asking}
        onOpenChange={(open) => {
          setAsking(open);
          start.reset();
        }}
        title={`Link ${name}?`}
        description="You'll be able to sign in with it."
      >
        <Form onSend={(form) => start.mutate({ provider: id, ...readStepUp(form) })}>
          <StepUpFields hasPassword={hasPassword} hasSecondFactor={hasSecondFactor} error={start.error} />
          <DialogActions>
            <Cancel />
            <Button kind="primary" type="submit" disabled={start.isPending}>
              Continue to {name}
            </Button>
          </DialogActions>
        </Form>
      </Dialog>
    </>
  );
}
