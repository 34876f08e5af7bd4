import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";

import { palette } from "../layout/palette-handle.ts";
import { collapsed } from "../layout/sidebar.ts";
import { trpc } from "../lib/client.ts";
import { hasUnsentEdits } from "../lib/personal-data.ts";
import { isCommand } from "../ui/Shortcut.tsx";

const Palette = lazy(() => import("../palette/Palette.tsx").then((module) => ({ default: module.Palette })));

/** The parts shared by all signed-in pages: global shortcuts and sending unsent edits. */
export function Shell() {
  const userId = useQuery(trpc.auth.me.queryOptions()).data?.id;
  useEffect(() => {
    // The code that sends them is large and rarely needed.
    if (userId === undefined || !hasUnsentEdits.get()) return;
    const send = async () => {
      const { sendUnsentEdits } = await import("../lib/offline-documents.ts");
      await sendUnsentEdits(userId);
    };
    send().catch((error: unknown) => reportError(error));
  }, [userId]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isCommand(event) || event.altKey || event.shiftKey) return;
      if (event.key === "k") palette.open(null);
      else if (event.key === "\\") collapsed.set(!collapsed.get());
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <>
      <Outlet />
      <Suspense>
        <Palette />
      </Suspense>
    </>
  );
}
