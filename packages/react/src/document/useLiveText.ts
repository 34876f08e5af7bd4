import type { LiveDocument } from "@mdreader/client/live";
import { useCallback, useSyncExternalStore } from "react";

/**
 * The Markdown of a live document, as it changes. The component renders with each edit of anybody: to edit a document,
 * bind an editor to `ytext` instead.
 */
export function useLiveText({ ytext }: LiveDocument): string {
  const subscribe = useCallback(
    (listener: () => void) => {
      ytext.observe(listener);
      return () => ytext.unobserve(listener);
    },
    [ytext],
  );
  const read = () => ytext.toJSON();
  return useSyncExternalStore(subscribe, read, read);
}
