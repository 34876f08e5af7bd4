import { fieldErrorsOf, isReason } from "@mdreader/client";
import { useMutation, useQuery } from "@tanstack/react-query";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Field, Select } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { KeySecretDialog } from "./KeySecretDialog.tsx";
import { ScopeFields } from "./ScopeFields.tsx";
import { scopeChoices } from "./scopes.ts";

const instanceScope = {
  scope: "instance" as const,
  label: "Server",
  hint: "Users, workspaces, settings and audit log of this server",
  given: false,
};

interface NewApiKeyProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Creates an API key and shows its secret once. */
export function NewApiKey({ open, onOpenChange }: NewApiKeyProps) {
  const create = useMutation(
    trpc.auth.apiKey.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.auth.apiKey.pathFilter()),
    }),
  );
  const me = useQuery(trpc.auth.me.queryOptions());
  const workspaces = useQuery(trpc.workspace.list.queryOptions({ limit: 100 }));
  const offered = me.data?.isSuperuser === true ? [...scopeChoices, instanceScope] : scopeChoices;
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
    <Dialog open={open} onOpenChange={onOpen} title="New API key">
      <Form
        onSend={(form) => {
          const days = Number(getFormString(form, "days"));
          const workspaceId = getFormString(form, "workspace");
          create.mutate({
            name: getFormString(form, "name"),
            scopes: offered.map(({ scope }) => scope).filter((scope) => form.has(scope)),
            ...(workspaceId !== "" && { workspaceId }),
            ...(days > 0 && { expiresInDays: days }),
          });
        }}
      >
        <Field
          label="Name"
          name="name"
          required
          maxLength={100}
          placeholder="Backup script"
          errors={errors["name"]}
        />
        <ScopeFields choices={offered} hasError={errors["scopes"] !== undefined} />
        <Select
          label="Workspace"
          name="workspace"
          defaultValue=""
          hint="A key limited to one workspace can't access anything else."
          errors={errors["workspaceId"]}
        >
          <option value="">All workspaces</option>
          {workspaces.data?.items.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
        <Select label="Expires" name="days" defaultValue="0">
          <option value="0">Never</option>
          <option value="7">In a week</option>
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
