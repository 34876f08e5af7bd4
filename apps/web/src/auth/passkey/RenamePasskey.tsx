import { fieldErrorsOf, isReason, type RouterOutputs } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Field } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";

interface RenamePasskeyProps {
  passkey: RouterOutputs["auth"]["passkey"]["update"];
  onDone: () => void;
}

export function RenamePasskey({ passkey: { id, name }, onDone }: RenamePasskeyProps) {
  const rename = useMutation(trpc.auth.passkey.update.mutationOptions({ onSuccess: onDone }));
  return (
    <Dialog open onOpenChange={onDone} title="Rename passkey">
      <Form onSend={(form) => rename.mutate({ id, name: getFormString(form, "name") })}>
        <Field
          label="Name"
          name="name"
          defaultValue={name}
          required
          maxLength={60}
          errors={fieldErrorsOf(rename.error)["name"]}
        />
        {!isReason(rename.error, "BAD_INPUT") && <ErrorNote error={rename.error} />}
        <DialogActions>
          <Cancel />
          <Button kind="primary" type="submit" disabled={rename.isPending}>
            Rename
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
