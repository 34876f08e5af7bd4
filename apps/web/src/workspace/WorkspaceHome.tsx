import { can } from "@mdreader/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";

import { queries, trpc } from "../app/client.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { Field } from "../ui/Field.tsx";
import { typedIn } from "../ui/form.ts";
import { Form } from "../ui/Form.tsx";

/** What a workspace shows before a document is opened. */
export function WorkspaceHome() {
  const { workspaceId } = useParams({ from: "/member/w/$workspaceId/" });
  const navigate = useNavigate();
  const workspace = useQuery(trpc.workspace.get.queryOptions({ id: workspaceId }));
  const create = useMutation(
    trpc.document.create.mutationOptions({
      onSuccess: async ({ id }) => {
        await queries.invalidateQueries(trpc.document.tree.pathFilter());
        await navigate({ to: "/w/$workspaceId/d/$documentId", params: { workspaceId, documentId: id } });
      },
    }),
  );
  if (workspace.data === undefined) return null;
  const { name, description, role } = workspace.data;
  return (
    <div className="mx-auto grid max-w-2xl gap-6 p-6 md:py-16">
      <h1 className="text-3xl font-semibold tracking-tight">{name}</h1>
      {description !== null && <p className="whitespace-pre-line text-faint">{description}</p>}
      {can(role, "document.create") ? (
        <Form
          className="grid gap-3 rounded-lg border border-line bg-panel p-4 sm:grid-cols-[1fr_auto] sm:items-end"
          onSend={(form) => create.mutate({ workspaceId, title: typedIn(form, "title") })}
        >
          <Field label="New document" name="title" required maxLength={255} placeholder="Title" />
          <Button kind="primary" type="submit" disabled={create.isPending} className="py-2.5">
            Create
          </Button>
          <ErrorNote error={create.error} />
        </Form>
      ) : (
        <p className="text-faint">You can read everything here. Choose a document at the side.</p>
      )}
    </div>
  );
}
