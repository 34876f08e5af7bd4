import { useQuery } from "@tanstack/react-query";
import { Activity, LibraryBig, ScrollText, Settings, Users } from "lucide-react";

import { SidebarLink, SidebarSection } from "../../layout/SidebarParts.tsx";
import { trpc } from "../../lib/client.ts";

/** The pages of superusers, in the sidebar. Others don't see them. */
export function AdminLinks() {
  const me = useQuery(trpc.auth.me.queryOptions());
  if (me.data?.isSuperuser !== true) return null;
  return (
    <SidebarSection title="Server">
      <SidebarLink to="/admin/users" icon={<Users />}>
        Users
      </SidebarLink>
      <SidebarLink to="/admin/workspaces" icon={<LibraryBig />}>
        All workspaces
      </SidebarLink>
      <SidebarLink to="/admin/settings" icon={<Settings />}>
        Settings
      </SidebarLink>
      <SidebarLink to="/admin/system" icon={<Activity />}>
        System
      </SidebarLink>
      <SidebarLink to="/admin/audit" icon={<ScrollText />}>
        Audit log
      </SidebarLink>
    </SidebarSection>
  );
}
