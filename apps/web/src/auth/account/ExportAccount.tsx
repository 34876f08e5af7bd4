import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { Form } from "../../ui/Form.tsx";
import { readStepUp, StepUpFields } from "../second-factor/StepUpFields.tsx";
import { useHasSecondFactor } from "../second-factor/useHasSecondFactor.ts";

export function ExportAccount({ hasPassword }: { hasPassword: boolean }) {
  const [asking, setAsking] = useState(false);
  const hasSecondFactor = useHasSecondFactor();
  const download = useMutation(
    trpc.auth.exportAccount.mutationOptions({
      onSuccess: ({ url }) => {
        setAsking(false);
        location.assign(url);
      },
    }),
  );
  return (
    <>
      <div>
        <Button onClick={() => setAsking(true)}>Download your data</Button>
      </div>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="Download your data?"
        description="The archive may contain confidential documents. Keep it in a safe place."
      >
        <Form onSend={(form) => download.mutate(readStepUp(form))}>
          <StepUpFields hasPassword={hasPassword} hasSecondFactor={hasSecondFactor} error={download.error} />
          <DialogActions>
            <Cancel />
            <Button kind="primary" type="submit" disabled={download.isPending}>
              Download
            </Button>
          </DialogActions>
        </Form>
      </Dialog>
    </>
  );
}
