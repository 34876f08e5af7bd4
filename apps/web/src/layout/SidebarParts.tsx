import { Link, type LinkProps } from "@tanstack/react-router";
import { PanelLeft, Search } from "lucide-react";
import type { ReactNode } from "react";

import { useIsWide } from "../lib/media.ts";
import { IconButton } from "../ui/Button.tsx";
import { Shortcut } from "../ui/Shortcut.tsx";
import { palette } from "./palette-handle.ts";
import { collapsed } from "./sidebar.ts";
import { UserMenu } from "./UserMenu.tsx";

interface SidebarProps {
  /** The content at the top, beside the collapse button. */
  head: ReactNode;
  children: ReactNode;
}

/** The shared sidebar layout: header, search, scrolling content and user menu. */
export function Sidebar({ head, children }: SidebarProps) {
  const wide = useIsWide();
  return (
    <>
      <div className="flex items-center gap-1 p-2 pb-1">
        <div className="min-w-0 flex-1">{head}</div>
        {wide && (
          <IconButton label="Hide sidebar" keys="Mod+\" onClick={() => collapsed.set(true)}>
            <PanelLeft />
          </IconButton>
        )}
      </div>
      <div className="px-2 pb-2">
        <button
          type="button"
          onClick={() => palette.set(true)}
          className="flex h-8 w-full items-center gap-2 rounded-md border border-line bg-paper px-2 text-left text-sm text-faint shadow-xs hover:border-edge hover:text-ink pointer-coarse:h-10"
        >
          <Search aria-hidden="true" className="size-4" />
          <span className="flex-1">Search</span>
          <Shortcut keys="Mod+K" />
        </button>
      </div>
      <div data-scrolls className="relative min-h-0 flex-1 overflow-y-auto px-2 pb-4">
        {/* Its height says when something above or below changes. */}
        <div>{children}</div>
      </div>
      <div className="border-t border-line p-2">
        <UserMenu />
      </div>
    </>
  );
}

/** A sidebar link. */
export function SidebarLink({
  icon,
  children,
  ...link
}: { icon: ReactNode; children: ReactNode } & LinkProps) {
  return (
    <Link
      {...link}
      className="flex h-8 items-center gap-2.5 rounded-md px-2 text-sm text-faint hover:bg-hover hover:text-ink pointer-coarse:h-10 [&>svg]:size-4 [&>svg]:shrink-0"
      activeProps={{ className: "bg-chosen font-medium text-ink!" }}
    >
      {icon}
      <span className="truncate">{children}</span>
    </Link>
  );
}

/** A sidebar section with a heading. */
export function SidebarSection({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="mt-4">
      <div className="flex h-7 items-center px-2">
        <h2 className="flex-1 text-xs font-medium text-faint">{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}
