import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, ChevronsUpDown, LayoutGrid } from "lucide-react";

import { byPage, trpc } from "../../app/client.ts";
import { Menu, MenuLabel, MenuLine, MenuLink } from "../../ui/Menu.tsx";
import { Emblem } from "../Emblem.tsx";

/** Which workspace this is, and the way to the others. */
export function Switcher({ workspaceId }: { workspaceId: string }) {
  const workspace = useQuery(trpc.workspace.get.queryOptions({ id: workspaceId }));
  const list = useInfiniteQuery(trpc.workspace.list.infiniteQueryOptions({ limit: 20 }, byPage));
  const workspaces = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const name = workspace.data?.name ?? "…";
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex h-8 w-full items-center gap-2 rounded-md px-1.5 text-left text-sm hover:bg-hover data-popup-open:bg-chosen pointer-coarse:h-10"
        >
          <Emblem id={workspaceId} name={name} />
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
          icon={<Emblem id={id} name={other} />}
        >
          <span className="flex items-center gap-2">
            <span className="min-w-0 flex-1 truncate">{other}</span>
            {id === workspaceId && <Check className="size-4 text-accent" />}
          </span>
        </MenuLink>
      ))}
      <MenuLine />
      <MenuLink link={<Link to="/" />} icon={<LayoutGrid />}>
        All workspaces
      </MenuLink>
    </Menu>
  );
}
