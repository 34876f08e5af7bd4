import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Field } from "../../ui/Field.tsx";
import { Form } from "../../ui/Form.tsx";
import { useLeaveToHome } from "./useLeaveToHome.ts";

/** Deletes a workspace after its name has been typed, to prevent accidents. */
export function DeleteWorkspace({ workspace: { id, name } }: { workspace: { id: string; name: string } }) {
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const goAway = useLeaveToHome();
  const remove = useMutation(
    trpc.workspace.delete.mutationOptions({ onSuccess: () => goAway(`${name} was deleted.`) }),
  );
  return (
    <>
      <Button className="justify-self-start text-danger" onClick={() => setAsking(true)}>
        Delete {name}
      </Button>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${name}?`}
        description="All members will lose access to its documents and files immediately."
      >
        <Form onSend={() => remove.mutate({ id })}>
          <Field
            label={`Type “${name}” to confirm`}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
          />
          <ErrorNote error={remove.error} />
          <DialogActions>
            <Cancel />
            <Button kind="danger" type="submit" disabled={typed !== name || remove.isPending}>
              Delete workspace
            </Button>
          </DialogActions>
        </Form>
      </Dialog>
    </>
  );
}
