import { CloudOff } from "lucide-react";

import { useIsOnline } from "../media.ts";

/** Says that there is no network, and what still works. */
export function Offline() {
  if (useIsOnline()) return null;
  return (
    <output className="flex items-center gap-2 bg-warn-soft px-4 py-1.5 text-sm text-warn">
      <CloudOff aria-hidden="true" className="size-4 shrink-0" />
      You are offline. What you write in an open document is kept in this browser and sent when you are back.
    </output>
  );
}
