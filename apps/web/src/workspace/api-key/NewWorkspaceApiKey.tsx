import { type RouterInputs, roles } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";

import { NewKeyDialog, type NewKeyProps } from "../../auth/api-key/NewKeyDialog.tsx";
import { scopeChoices } from "../../auth/api-key/scopes.ts";
import { queryClient, trpc } from "../../lib/client.ts";
import { Select } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { roleLabels } from "../role-labels.ts";

type KeyRole = RouterInputs["workspace"]["apiKey"]["create"]["role"];

/** Admins create keys, so their own role includes each of these. */
const keyRoles = roles.filter((role): role is KeyRole => role !== "owner");

/** Creates an API key that belongs to a workspace. */
export function NewWorkspaceApiKey({ workspaceId, ...dialog }: NewKeyProps & { workspaceId: string }) {
  const create = useMutation(
    trpc.workspace.apiKey.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.workspace.apiKey.pathFilter()),
    }),
  );
  return (
    <NewKeyDialog
      {...dialog}
      description="The key works only in this workspace."
      placeholder="Nightly export"
      nameHint="Shown as the author of the key's changes."
      choices={scopeChoices}
      create={create}
      onSend={(input, form) => {
        const role = keyRoles.find((one) => one === getFormString(form, "role"));
        if (role !== undefined) create.mutate({ ...input, workspaceId, role });
      }}
    >
      {() => (
        <Select label="Role" name="role" defaultValue="editor">
          {keyRoles.map((role) => (
            <option key={role} value={role}>
              {roleLabels[role].name}: {roleLabels[role].may.toLowerCase()}
            </option>
          ))}
        </Select>
      )}
    </NewKeyDialog>
  );
}
