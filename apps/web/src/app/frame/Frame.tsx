import { Dialog } from "@base-ui/react/dialog";
import { useLocation } from "@tanstack/react-router";
import { Menu as MenuIcon, Search } from "lucide-react";
import { type ReactNode, useState } from "react";

import { IconButton } from "../../ui/Button.tsx";
import { useIsWide } from "../media.ts";
import { Announcer } from "./Announcer.tsx";
import { Offline } from "./Offline.tsx";
import { palette } from "./palette-handle.ts";
import { Rail } from "./Rail.tsx";
import { collapsed, useIsCollapsed } from "./sidebar.ts";

interface FrameProps {
  /** What the sidebar is of, for who does not see it. */
  label: string;
  sidebar: ReactNode;
  children: ReactNode;
}

/** The frame of all pages for people who are signed in: a sidebar, which can be put away, and the page. */
export function Frame({ label, sidebar, children }: FrameProps) {
  const wide = useIsWide();
  const isCollapsed = useIsCollapsed();
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-60 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2 focus:shadow-raised"
      >
        Skip to content
      </a>
      {wide && isCollapsed && <Rail onExpand={() => collapsed.set(false)} />}
      {wide && !isCollapsed && (
        <aside aria-label={label} className="flex w-66 shrink-0 flex-col border-r border-line bg-panel">
          {sidebar}
        </aside>
      )}
      {!wide && <TopBar label={label} sidebar={sidebar} />}
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <Offline />
        <main id="main" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
          {children}
        </main>
      </div>
      <Announcer />
    </div>
  );
}

/** On a phone: what opens the sidebar over the page. Going somewhere closes it. */
function TopBar({ label, sidebar }: { label: string; sidebar: ReactNode }) {
  const path = useLocation({ select: ({ pathname }) => pathname });
  const [openAt, setOpenAt] = useState<string | null>(null);
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-panel px-2">
      <Dialog.Root open={openAt === path} onOpenChange={(open) => setOpenAt(open ? path : null)}>
        <Dialog.Trigger
          render={
            <IconButton label="Open sidebar">
              <MenuIcon />
            </IconButton>
          }
        />
        <Dialog.Portal>
          <Dialog.Backdrop className="veil" />
          <Dialog.Popup
            aria-label={label}
            className="slides fixed inset-y-0 left-0 z-50 flex w-[min(19rem,85vw)] flex-col bg-panel shadow-raised outline-none"
          >
            {sidebar}
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
      <img src="/icon.svg" alt="" className="size-5" />
      <span className="flex-1 text-sm font-semibold tracking-tight">MDReader</span>
      <IconButton label="Search" onClick={() => palette.open(null)}>
        <Search />
      </IconButton>
    </header>
  );
}
