import { lazy, type ReactNode, Suspense } from "react";

import { useIsWide } from "../lib/media.ts";
import { Banner } from "./Banner.tsx";
import { CollapsedSidebar } from "./CollapsedSidebar.tsx";
import { NewVersion } from "./NewVersion.tsx";
import { Offline } from "./Offline.tsx";
import { RouteAnnouncer } from "./RouteAnnouncer.tsx";
import { collapsed, useIsCollapsed } from "./sidebar.ts";

const TopBar = lazy(() => import("./TopBar.tsx").then((module) => ({ default: module.TopBar })));

interface AppFrameProps {
  /** The accessible name of the sidebar. */
  label: string;
  sidebar: ReactNode;
  children: ReactNode;
}

/** The frame of all signed-in pages: a collapsible sidebar and the page. In narrow windows, it ends above the toasts. */
export function AppFrame({ label, sidebar, children }: AppFrameProps) {
  const wide = useIsWide();
  const isCollapsed = useIsCollapsed();
  return (
    <div className={`flex ${wide ? "h-dvh flex-row" : "h-[calc(100dvh-var(--toasts-height,0px))] flex-col"}`}>
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-60 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2 focus:shadow-raised"
      >
        Skip to content
      </a>
      {wide && isCollapsed && <CollapsedSidebar onExpand={() => collapsed.set(false)} />}
      {wide && !isCollapsed && (
        <aside aria-label={label} className="flex w-66 shrink-0 flex-col border-r border-line bg-panel">
          {sidebar}
        </aside>
      )}
      {!wide && (
        <Suspense fallback={<div className="h-12 shrink-0 border-b border-line bg-panel" />}>
          <TopBar label={label} sidebar={sidebar} />
        </Suspense>
      )}
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <Banner />
        <NewVersion />
        <Offline />
        <main id="main" data-scrolls tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
          {children}
        </main>
      </div>
      <RouteAnnouncer />
    </div>
  );
}
