import { useMutation, useQuery } from "@tanstack/react-query";

import { queryClient, trpc } from "../../lib/client.ts";
import { Select } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { NewKeyDialog, type NewKeyProps } from "./NewKeyDialog.tsx";
import { scopeChoices } from "./scopes.ts";

const instanceScope = {
  scope: "instance" as const,
  label: "Server",
  hint: "Users, workspaces, settings and audit log of this server",
  given: false,
};

/** Creates an API key of the person. */
export function NewApiKey(props: NewKeyProps) {
  const create = useMutation(
    trpc.auth.apiKey.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.auth.apiKey.pathFilter()),
    }),
  );
  const me = useQuery(trpc.auth.me.queryOptions());
  const workspaces = useQuery(trpc.workspace.list.queryOptions({ limit: 100 }));
  return (
    <NewKeyDialog
      {...props}
      placeholder="Backup script"
      choices={me.data?.isSuperuser === true ? [...scopeChoices, instanceScope] : scopeChoices}
      create={create}
      onSend={(input, form) => {
        const workspaceId = getFormString(form, "workspace");
        create.mutate({ ...input, ...(workspaceId !== "" && { workspaceId }) });
      }}
    >
      {(errors) => (
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
      )}
    </NewKeyDialog>
  );
}
