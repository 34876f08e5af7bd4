import { CloudOff } from "lucide-react";

import { useIsOnline } from "../lib/media.ts";

/** Offline notice. */
export function Offline() {
  if (useIsOnline()) return null;
  return (
    <output className="flex items-center gap-2 bg-warn-soft px-4 py-1.5 text-sm text-warn">
      <CloudOff aria-hidden="true" className="size-4 shrink-0" />
      You're offline. Changes to open documents are kept in this browser and sync when you're back online.
    </output>
  );
}
