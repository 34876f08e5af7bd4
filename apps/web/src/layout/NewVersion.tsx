import { Sparkles } from "lucide-react";
import { useState } from "react";

import { reloadWhenSaved, useIsNewVersionAvailable } from "../lib/new-version.ts";
import { Button } from "../ui/Button.tsx";

/** Offers a reload when the server has a newer version of the app. */
export function NewVersion() {
  const isAvailable = useIsNewVersionAvailable();
  const [isWaiting, setIsWaiting] = useState(false);
  if (!isAvailable) return null;
  const reload = () => {
    setIsWaiting(true);
    void reloadWhenSaved();
  };
  return (
    <div className="flex items-center gap-2 bg-accent-soft px-4 py-1.5 text-sm">
      <Sparkles aria-hidden="true" className="size-4 shrink-0" />
      <output className="flex-1">
        {isWaiting ? "Reloading as soon as your changes are saved…" : "A new version is available."}
      </output>
      <Button disabled={isWaiting} onClick={reload}>
        Reload
      </Button>
    </div>
  );
}
