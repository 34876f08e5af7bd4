import { type ComponentType, useEffect, useState } from "react";

import { onFirstToast } from "./toast.ts";

/** Milliseconds after which it is loaded in any case: messages also tell that the server can't be reached. */
const preloadDelayMs = 3_000;

/** The place where messages come up. No page needs it before it is there. */
export function LazyToasts() {
  const [Toasts, setToasts] = useState<ComponentType | null>(null);
  useEffect(() => {
    const load = () => {
      import("./Toasts.tsx").then(
        (module) => setToasts(() => module.Toasts),
        () => {}, // the next message tries again
      );
    };
    onFirstToast(load);
    const timer = setTimeout(load, preloadDelayMs);
    return () => clearTimeout(timer);
  }, []);
  return Toasts && <Toasts />;
}
