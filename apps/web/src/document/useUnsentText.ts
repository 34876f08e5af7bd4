import type { LiveDocument } from "@mdreader/client/live";
import { useEffect } from "react";

import { sessionEnd } from "../lib/session.ts";

/** Offers the unsent text of the document on the sign-in page if the session ends while the document is open. */
export function useUnsentText(live: LiveDocument): void {
  useEffect(
    () => () => {
      const end = sessionEnd.get();
      const unsentText = live.unsentText();
      if (end !== null && unsentText !== "") sessionEnd.set({ ...end, unsentText });
    },
    [live],
  );
}
