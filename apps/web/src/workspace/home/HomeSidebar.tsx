import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { KeyRound, LayoutGrid, MonitorSmartphone, UserRound } from "lucide-react";

import { AdminLinks } from "../../auth/admin/AdminLinks.tsx";
import { Sidebar, SidebarLink, SidebarSection } from "../../layout/SidebarParts.tsx";
import { trpc } from "../../lib/client.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { WorkspaceIcon } from "../WorkspaceIcon.tsx";

/** The sidebar outside a workspace: workspaces and account pages. */
export function HomeSidebar() {
  const list = useInfiniteQuery(trpc.workspace.list.infiniteQueryOptions({ limit: 20 }, pagedQuery));
  const workspaces = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Sidebar
      head={
        <Link
          to="/"
          className="flex h-8 items-center gap-2 rounded-md px-1.5 text-sm font-semibold tracking-tight"
        >
          <img src="/icon.svg" alt="" className="size-5" />
          MDReader
        </Link>
      }
    >
      <nav aria-label="Main">
        <SidebarLink to="/" activeOptions={{ exact: true }} icon={<LayoutGrid />}>
          Workspaces
        </SidebarLink>
        {workspaces.length > 0 && (
          <SidebarSection title="Your workspaces">
            {workspaces.map(({ id, name }) => (
              <SidebarLink
                key={id}
                to="/w/$workspaceId"
                params={{ workspaceId: id }}
                icon={<WorkspaceIcon id={id} name={name} />}
              >
                {name}
              </SidebarLink>
            ))}
            <LoadMore list={list} />
          </SidebarSection>
        )}
        <SidebarSection title="Account">
          <SidebarLink to="/account" activeOptions={{ exact: true }} icon={<UserRound />}>
            Profile
          </SidebarLink>
          <SidebarLink to="/account/sessions" icon={<MonitorSmartphone />}>
            Sessions
          </SidebarLink>
          <SidebarLink to="/account/api-keys" icon={<KeyRound />}>
            API keys
          </SidebarLink>
        </SidebarSection>
        <AdminLinks />
      </nav>
    </Sidebar>
  );
}
