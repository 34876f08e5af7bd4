import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { trpc } from "../../lib/client.ts";
import { clearPersonalData } from "../../lib/personal-data.ts";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { Form } from "../../ui/Form.tsx";
import { formatDate } from "../../ui/format-date.ts";
import { showToast } from "../../ui/toast.ts";
import { readStepUp, StepUpFields } from "../second-factor/StepUpFields.tsx";
import { useHasSecondFactor } from "../second-factor/useHasSecondFactor.ts";
import { HandOverDialog } from "./HandOver.tsx";

export function DeleteAccount({ hasPassword }: { hasPassword: boolean }) {
  const [asking, setAsking] = useState(false);
  const [handingOver, setHandingOver] = useState(false);
  const hasSecondFactor = useHasSecondFactor();
  const retentionDays = useQuery(trpc.auth.instance.queryOptions()).data?.accountRetentionDays ?? 0;
  const navigate = useNavigate();
  const remove = useMutation(
    trpc.auth.deleteAccount.mutationOptions({
      onSuccess: async ({ purgeAt }) => {
        await navigate({ to: "/login", search: {} });
        await clearPersonalData();
        showToast(
          purgeAt === null
            ? "Your account was permanently deleted."
            : `Your account was deleted. It can be restored until ${formatDate(purgeAt)}.`,
        );
      },
    }),
  );
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setHandingOver(true)}>Hand over workspaces and links</Button>
        <Button className="text-danger" onClick={() => setAsking(true)}>
          Delete account
        </Button>
      </div>
      <HandOverDialog
        open={handingOver}
        onOpenChange={setHandingOver}
        userId={null}
        title="Hand over workspaces and links"
      />
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="Delete your account?"
        description={`You'll be signed out everywhere, your API keys will be revoked, and workspaces where you're the only member will be deleted. ${describeRetention(retentionDays)}`}
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

const describeRetention = (days: number) =>
  days === 0
    ? "This can't be undone."
    : `For ${days} ${days === 1 ? "day" : "days"}, an administrator can restore your account. After that, it's permanently deleted.`;
