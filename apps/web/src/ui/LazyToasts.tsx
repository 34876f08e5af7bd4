import { type ComponentType, useEffect, useState } from "react";

import { onFirstToast } from "./toast.ts";

/** Delay in milliseconds after which toasts load in any case, so that they can report an unreachable server. */
const preloadDelayMs = 3_000;

/** The toast container, loaded after the page. */
export function LazyToasts() {
  const [Toasts, setToasts] = useState<ComponentType | null>(null);
  useEffect(() => {
    const load = () => {
      import("./Toasts.tsx").then(
        (module) => setToasts(() => module.Toasts),
        () => {}, // the next toast tries again
      );
    };
    onFirstToast(load);
    const timer = setTimeout(load, preloadDelayMs);
    return () => clearTimeout(timer);
  }, []);
  return Toasts && <Toasts />;
}
