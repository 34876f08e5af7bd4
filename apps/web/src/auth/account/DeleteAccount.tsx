import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { trpc } from "../../lib/client.ts";
import { clearPersonalData } from "../../lib/personal-data.ts";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { Form } from "../../ui/Form.tsx";
import { showToast } from "../../ui/toast.ts";
import { readStepUp, StepUpFields } from "../second-factor/StepUpFields.tsx";
import { useHasSecondFactor } from "../second-factor/useHasSecondFactor.ts";
import { HandOverDialog } from "./HandOver.tsx";

export function DeleteAccount({ hasPassword }: { hasPassword: boolean }) {
  const [asking, setAsking] = useState(false);
  const [handingOver, setHandingOver] = useState(false);
  const hasSecondFactor = useHasSecondFactor();
  const navigate = useNavigate();
  const remove = useMutation(
    trpc.auth.deleteAccount.mutationOptions({
      onSuccess: async () => {
        await navigate({ to: "/login", search: {} });
        await clearPersonalData();
        showToast("Your account was deleted");
      },
    }),
  );
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setHandingOver(true)}>Hand over…</Button>
        <Button className="text-danger" onClick={() => setAsking(true)}>
          Delete account…
        </Button>
      </div>
      <HandOverDialog
        open={handingOver}
        onOpenChange={setHandingOver}
        userId={null}
        title="Hand over before you leave"
      />
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="Delete your account?"
        description="Your account, sessions and API keys will be permanently deleted, along with any workspaces where you're the only member."
      >
        <Form onSend={(form) => remove.mutate(readStepUp(form))}>
          <StepUpFields hasPassword={hasPassword} hasSecondFactor={hasSecondFactor} error={remove.error} />
          <DialogActions>
            <Cancel />
            <Button kind="danger" type="submit" disabled={remove.isPending}>
              Delete account
            </Button>
          </DialogActions>
        </Form>
      </Dialog>
    </>
  );
}
