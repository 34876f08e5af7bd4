import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";

import { client } from "../app/client.ts";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { typedIn } from "../ui/form.ts";
import { Tree } from "./Tree.tsx";

/** A workspace: its tree at the side, and a document, a search or its home beside it. */
export function WorkspacePage() {
  const { workspaceId } = useParams({ from: "/member/w/$workspaceId" });
  const navigate = useNavigate();
  const workspace = useQuery({
    queryKey: ["workspace", workspaceId],
    queryFn: () => client.workspace.get.query({ id: workspaceId }),
  });
  return (
    <div className="grid flex-1 md:grid-cols-[17rem_1fr]">
      <aside className="border-b border-line bg-panel p-3 md:sticky md:top-12 md:h-[calc(100dvh-3rem)] md:overflow-y-auto md:border-r md:border-b-0">
        <Link
          to="/w/$workspaceId"
          params={{ workspaceId }}
          className="block truncate px-2 py-1 font-semibold tracking-tight"
        >
          {workspace.data?.name ?? "…"}
        </Link>
        <search>
          <form
            className="my-2"
            action={(form) =>
              void navigate({
                to: "/w/$workspaceId/search",
                params: { workspaceId },
                search: { q: typedIn(form, "q") },
              })
            }
          >
            <input
              name="q"
              type="search"
              required
              maxLength={500}
              aria-label="Search this workspace"
              placeholder="Search"
              className="w-full rounded-md border border-line bg-paper px-3 py-1.5 text-sm"
            />
          </form>
        </search>
        <ErrorNote error={workspace.error} />
        <nav aria-label="Documents" className="max-h-64 overflow-y-auto md:max-h-none">
          <Tree workspaceId={workspaceId} folderId={null} />
        </nav>
      </aside>
      <main className="min-w-0">
        <Outlet />
      </main>
    </div>
  );
}
