import { fieldErrorsOf, isReason } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Field, TextArea } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";

interface NewWorkspaceProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Dialog that creates a workspace and opens it. */
export function NewWorkspace({ open, onOpenChange }: NewWorkspaceProps) {
  const navigate = useNavigate();
  const create = useMutation(
    trpc.workspace.create.mutationOptions({
      onSuccess: async ({ id }) => {
        await queryClient.invalidateQueries(trpc.workspace.list.pathFilter());
        onOpenChange(false);
        await navigate({ to: "/w/$workspaceId", params: { workspaceId: id } });
      },
    }),
  );
  const errors = fieldErrorsOf(create.error);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="New workspace"
      description="A shared place for documents. You'll be its owner."
    >
      <Form
        onSend={(form) =>
          create.mutate({
            name: getFormString(form, "name"),
            description: getFormString(form, "description") || null,
          })
        }
      >
        <Field
          label="Name"
          name="name"
          required
          maxLength={100}
          placeholder="Handbook"
          errors={errors["name"]}
        />
        <TextArea
          label="Description"
          name="description"
          maxLength={1000}
          hint="Optional. Shown on the workspace's home page."
          errors={errors["description"]}
        />
        {!isReason(create.error, "BAD_INPUT") && <ErrorNote error={create.error} />}
        <DialogActions>
          <Cancel />
          <Button kind="primary" type="submit" disabled={create.isPending}>
            Create workspace
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
