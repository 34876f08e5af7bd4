import { Link } from "@tanstack/react-router";
import { PanelLeft, Search } from "lucide-react";

import { IconButton } from "../ui/Button.tsx";
import { palette } from "./palette-handle.ts";

/** The collapsed sidebar. */
export function CollapsedSidebar({ onExpand }: { onExpand: () => void }) {
  return (
    <aside
      aria-label="Sidebar"
      className="flex w-11 shrink-0 flex-col items-center gap-1 border-r border-line bg-panel py-2.5"
    >
      <IconButton label="Show sidebar" keys="Mod+\" onClick={onExpand}>
        <PanelLeft />
      </IconButton>
      <IconButton label="Search or run a command" keys="Mod+K" onClick={() => palette.set(true)}>
        <Search />
      </IconButton>
      <Link to="/" aria-label="All workspaces" className="mt-auto rounded-md p-1.5 hover:bg-hover">
        <img src="/icon.svg" alt="" className="size-5" />
      </Link>
    </aside>
  );
}
