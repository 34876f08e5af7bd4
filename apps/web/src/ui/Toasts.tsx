import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import { useEffect } from "react";

import { showToastsBy } from "./toast.ts";

const manager = Toast.createToastManager();

/** The toast region, reachable with F6. */
export function Toasts() {
  // Runs after the provider's effect, which subscribes to the manager.
  useEffect(() => showToastsBy(manager), []);
  return (
    <Toast.Provider toastManager={manager} limit={3} timeout={5_000}>
      <Toast.Portal>
        <Toast.Viewport
          ref={observeHeight}
          className="fixed right-4 bottom-4 z-70 flex w-[min(22rem,calc(100vw-2rem))] flex-col gap-2"
        >
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

/** Distance in pixels between the toasts and what is above and below them: `bottom-4`. */
const marginPixels = 16;

/** Makes the height of the toasts known to `AppFrame`, which leaves room for them in narrow windows. */
function observeHeight(region: HTMLElement | null): (() => void) | undefined {
  if (region === null) return undefined;
  const { style } = document.documentElement;
  const observer = new ResizeObserver(() => {
    const { offsetHeight } = region;
    style.setProperty("--toasts-height", `${offsetHeight === 0 ? 0 : offsetHeight + 2 * marginPixels}px`);
  });
  observer.observe(region);
  return () => {
    observer.disconnect();
    style.removeProperty("--toasts-height");
  };
}

function List() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="rounded-lg bg-raised shadow-raised transition duration-250 ease-swift data-ending-style:translate-y-2 data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-4 data-starting-style:opacity-0"
    >
      <Toast.Content className="flex items-center gap-3 py-2 pr-2 pl-3.5 text-sm">
        <Toast.Title
          className={`min-w-0 flex-1 wrap-break-word ${toast.type === "error" ? "text-danger" : ""}`}
        />
        <Toast.Action className="shrink-0 rounded-md px-2 py-1 pointer-coarse:py-2.5 font-medium text-accent hover:bg-accent-soft" />
        <Toast.Close
          aria-label="Dismiss"
          className="grid size-7 pointer-coarse:size-10 shrink-0 place-content-center rounded-md text-faint hover:bg-hover hover:text-ink"
        >
          <X className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
