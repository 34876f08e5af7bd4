import { Dialog } from "@base-ui/react/dialog";
import { useLocation } from "@tanstack/react-router";
import { Menu as MenuIcon, Search } from "lucide-react";
import { type ReactNode, use, useState } from "react";

import { IconButton } from "../ui/Button.tsx";
import { WorkspaceNameContext } from "../ui/workspace-name.ts";
import { palette } from "./palette-handle.ts";

/** The top bar on phones, with the name of the workspace. It opens the sidebar as a drawer, which closes on navigation. */
export function TopBar({ label, sidebar }: { label: string; sidebar: ReactNode }) {
  const path = useLocation({ select: ({ pathname }) => pathname });
  const workspaceName = use(WorkspaceNameContext);
  const [openAt, setOpenAt] = useState<string | null>(null);
  return (
    <header className="cramped:not-focus-within:hidden flex h-12 shrink-0 items-center gap-2 border-b border-line bg-panel px-2">
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
            className="slides fixed top-0 bottom-[var(--toasts-height,0px)] left-0 z-50 flex w-[min(19rem,85vw)] flex-col bg-panel shadow-raised outline-none"
          >
            {sidebar}
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
      <img src="/icon.svg" alt="" className="size-5" />
      <span className="min-w-0 flex-1 truncate text-sm font-semibold tracking-tight">
        {workspaceName ?? "MDReader"}
      </span>
      <IconButton label="Search" onClick={() => palette.set(true)}>
        <Search />
      </IconButton>
    </header>
  );
}
