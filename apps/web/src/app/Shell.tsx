import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";

import { keepEarlyTyping, palette } from "../layout/palette-handle.ts";
import { shortcutSheet } from "../layout/shortcut-sheet.ts";
import { collapsed } from "../layout/sidebar.ts";
import { trpc } from "../lib/client.ts";
import { hasUnsentEdits } from "../lib/personal-data.ts";
import { installServiceWorker } from "../lib/service-worker.ts";
import { useStore } from "../lib/store.ts";
import { isCommand } from "../ui/Shortcut.tsx";

const Palette = lazy(() => import("../palette/Palette.tsx").then((module) => ({ default: module.Palette })));

const ShortcutSheet = lazy(() =>
  import("../palette/ShortcutSheet.tsx").then((module) => ({ default: module.ShortcutSheet })),
);

/** Whether a key press enters text. */
const isTyping = ({ target }: KeyboardEvent) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));

/** The parts shared by all signed-in pages: global shortcuts, sending unsent edits, and the offline app. */
export function Shell() {
  const userId = useQuery(trpc.auth.me.queryOptions()).data?.id;
  const showsShortcuts = useStore(shortcutSheet);
  const isPaletteOpen = useStore(palette);
  // Once loaded, it stays, so that it can close gradually.
  const [hasPalette, setHasPalette] = useState(false);
  if (isPaletteOpen && !hasPalette) setHasPalette(true);
  useEffect(() => {
    installServiceWorker().catch((error: unknown) => reportError(error));
  }, []);
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
      if (keepEarlyTyping(event)) {
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      if (event.altKey) return;
      if (!isCommand(event)) {
        if (event.key === "?" && !isTyping(event)) shortcutSheet.set(true);
        return;
      }
      if (event.key === "/") shortcutSheet.set(true);
      else if (event.shiftKey) return;
      else if (event.key === "k") palette.set(true);
      else if (event.key === "\\") collapsed.set(!collapsed.get());
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Before the editor, in which these keys mean nothing else.
    addEventListener("keydown", onKey, { capture: true });
    return () => removeEventListener("keydown", onKey, { capture: true });
  }, []);
  return (
    <>
      <Outlet />
      <Suspense>
        {hasPalette && <Palette />}
        {showsShortcuts && <ShortcutSheet />}
      </Suspense>
    </>
  );
}
