import type { LiveDocument } from "@mdreader/client/live";
import { useEffect } from "react";

import { getSessionEnd, setSessionEnd } from "../lib/session.ts";

/** Offers the unsent text of the document on the sign-in page if the session ends while the document is open. */
export function useUnsentText(live: LiveDocument): void {
  useEffect(
    () => () => {
      const end = getSessionEnd();
      const unsentText = live.unsentText();
      if (end !== null && unsentText !== "") setSessionEnd({ ...end, unsentText });
    },
    [live],
  );
}
