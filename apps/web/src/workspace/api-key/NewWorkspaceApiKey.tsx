import { fieldErrorsOf, isReason, type RouterInputs, roles } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";

import { KeySecretDialog } from "../../auth/api-key/KeySecretDialog.tsx";
import { ScopeFields } from "../../auth/api-key/ScopeFields.tsx";
import { scopeChoices } from "../../auth/api-key/scopes.ts";
import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Field, Select } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { roleLabels } from "../role-labels.ts";

type KeyRole = RouterInputs["workspace"]["apiKey"]["create"]["role"];

/** Admins create keys, so their own role includes each of these. */
const keyRoles = roles.filter((role): role is KeyRole => role !== "owner");

interface NewWorkspaceApiKeyProps {
  workspaceId: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Creates an API key that belongs to a workspace and shows its secret once. */
export function NewWorkspaceApiKey({ workspaceId, open, onOpenChange }: NewWorkspaceApiKeyProps) {
  const create = useMutation(
    trpc.workspace.apiKey.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.workspace.apiKey.pathFilter()),
    }),
  );
  const onOpen = (opened: boolean) => {
    if (!opened) create.reset();
    onOpenChange(opened);
  };
  if (create.data !== undefined) {
    const { secret } = create.data;
    return <KeySecretDialog title="Copy the key now" secret={secret} open={open} onOpenChange={onOpen} />;
  }
  const errors = fieldErrorsOf(create.error);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpen}
      title="New API key"
      description="The key works only in this workspace."
    >
      <Form
        onSend={(form) => {
          const role = keyRoles.find((one) => one === getFormString(form, "role"));
          if (role === undefined) return;
          const days = Number(getFormString(form, "days"));
          create.mutate({
            workspaceId,
            name: getFormString(form, "name"),
            role,
            scopes: scopeChoices.map(({ scope }) => scope).filter((scope) => form.has(scope)),
            ...(days > 0 && { expiresInDays: days }),
          });
        }}
      >
        <Field
          label="Name"
          name="name"
          required
          maxLength={100}
          placeholder="Nightly export"
          hint="Shown as the author of the key's changes."
          errors={errors["name"]}
        />
        <Select label="Role" name="role" defaultValue="editor">
          {keyRoles.map((role) => (
            <option key={role} value={role}>
              {roleLabels[role].name}: {roleLabels[role].may.toLowerCase()}
            </option>
          ))}
        </Select>
        <ScopeFields choices={scopeChoices} hasError={errors["scopes"] !== undefined} />
        <Select label="Expires" name="days" defaultValue="0">
          <option value="0">Never</option>
          <option value="30">In 30 days</option>
          <option value="90">In 90 days</option>
          <option value="365">In a year</option>
        </Select>
        {!isReason(create.error, "BAD_INPUT") && <ErrorNote error={create.error} />}
        <DialogActions>
          <Cancel />
          <Button kind="primary" type="submit" disabled={create.isPending}>
            Create key
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
