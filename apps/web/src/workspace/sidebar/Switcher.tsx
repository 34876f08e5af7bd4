import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, ChevronsUpDown, LayoutGrid } from "lucide-react";

import { trpc } from "../../lib/client.ts";
import { Menu, MenuLabel, MenuSeparator, MenuLink } from "../../ui/Menu.tsx";
import { WorkspaceIcon } from "../WorkspaceIcon.tsx";

/** The workspace switcher. */
export function Switcher({ workspaceId }: { workspaceId: string }) {
  const workspace = useQuery(trpc.workspace.get.queryOptions({ id: workspaceId }));
  const list = useInfiniteQuery(trpc.workspace.list.infiniteQueryOptions({ limit: 20 }, pagedQuery));
  const workspaces = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const name = workspace.data?.name ?? "…";
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex h-8 w-full items-center gap-2 rounded-md px-1.5 text-left text-sm hover:bg-hover data-popup-open:bg-chosen pointer-coarse:h-10"
        >
          <WorkspaceIcon id={workspaceId} name={name} />
          <span className="min-w-0 truncate font-semibold tracking-tight">{name}</span>
          <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
        </button>
      }
    >
      <MenuLabel>Workspaces</MenuLabel>
      {workspaces.map(({ id, name: other }) => (
        <MenuLink
          key={id}
          link={<Link to="/w/$workspaceId" params={{ workspaceId: id }} />}
          icon={<WorkspaceIcon id={id} name={other} />}
        >
          <span className="flex items-center gap-2">
            <span className="min-w-0 flex-1 truncate">{other}</span>
            {id === workspaceId && <Check className="size-4 text-accent" />}
          </span>
        </MenuLink>
      ))}
      <MenuSeparator />
      <MenuLink link={<Link to="/" />} icon={<LayoutGrid />}>
        All workspaces
      </MenuLink>
    </Menu>
  );
}
