import type { RouterOutputs } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { Form } from "../../ui/Form.tsx";
import { readStepUp, StepUpFields } from "../second-factor/StepUpFields.tsx";

interface RemovePasskeyProps {
  passkey: RouterOutputs["auth"]["passkey"]["update"];
  hasPassword: boolean;
  onDone: () => void;
}

/** Removes a passkey, after the person has confirmed that it's them. */
export function RemovePasskey({ passkey: { id, name }, hasPassword, onDone }: RemovePasskeyProps) {
  const remove = useMutation(trpc.auth.passkey.remove.mutationOptions({ onSuccess: onDone }));
  return (
    <Dialog
      open
      onOpenChange={onDone}
      title={`Remove “${name}”?`}
      description="You'll no longer be able to sign in with it, and devices that signed in with it will be signed out. Remove it from your device or password manager, too."
    >
      <Form onSend={(form) => remove.mutate({ id, ...readStepUp(form) })}>
        <StepUpFields hasPassword={hasPassword} hasSecondFactor error={remove.error} />
        <DialogActions>
          <Cancel />
          <Button kind="danger" type="submit" disabled={remove.isPending}>
            Remove passkey
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
