import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";

import { client, queries } from "../app/client.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { Field } from "../ui/Field.tsx";
import { typedIn } from "../ui/form.ts";
import { More } from "../ui/More.tsx";
import { Pending } from "../ui/Pending.tsx";

export function WorkspacesPage() {
  const navigate = useNavigate();
  const list = useInfiniteQuery({
    queryKey: ["workspaces"],
    queryFn: ({ pageParam }) => client.workspace.list.query({ cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const create = useMutation({
    mutationFn: (name: string) => client.workspace.create.mutate({ name }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ["workspaces"] });
      await navigate({ to: "/w/$workspaceId", params: { workspaceId: id } });
    },
  });
  const workspaces = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <main className="mx-auto grid w-full max-w-3xl gap-8 p-6 md:py-12">
      <h1 className="text-3xl font-semibold tracking-tight">Workspaces</h1>
      {list.isPending && <Pending />}
      <ErrorNote error={list.error} />
      {list.isSuccess && workspaces.length === 0 && (
        <p className="text-faint">You are in no workspace yet. Make one, and bring your Markdown.</p>
      )}
      {workspaces.length > 0 && (
        <ul className="grid gap-3 sm:grid-cols-2">
          {workspaces.map(({ id, name, description, role }) => (
            <li key={id}>
              <Link
                to="/w/$workspaceId"
                params={{ workspaceId: id }}
                className="grid h-full gap-1 rounded-lg border border-line p-4 transition hover:border-accent"
              >
                <span className="font-medium">{name}</span>
                <span className="text-sm text-faint">{description ?? `You are ${role}`}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      <More list={list} />
      <form
        className="grid gap-3 rounded-lg border border-line bg-panel p-4 sm:grid-cols-[1fr_auto] sm:items-end"
        action={(form) => create.mutate(typedIn(form, "name"))}
      >
        <Field label="New workspace" name="name" required maxLength={100} placeholder="Team handbook" />
        <Button kind="primary" type="submit" disabled={create.isPending} className="py-2.5">
          Create
        </Button>
        <ErrorNote error={create.error} />
      </form>
    </main>
  );
}
