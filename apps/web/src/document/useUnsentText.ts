import type { LiveDocument } from "@mdreader/client/live";
import { createContext, use, useEffect } from "react";

import { sessionEnd } from "../lib/session.ts";

/** The text that a document had not sent when it was left. */
export interface UnsentText {
  documentId: string;
  text: string;
}

/** Tells the workspace of a document that is left what it had not sent. */
export const UnsentTextContext = createContext<(unsent: UnsentText) => void>(() => {});

/**
 * Keeps the unsent text of the document when it is left, because the person may have lost the session or the access to
 * the workspace: for the sign-in page, or for what the workspace shows in place of the document.
 */
export function useUnsentText(live: LiveDocument): void {
  const keep = use(UnsentTextContext);
  useEffect(
    () => () => {
      const end = sessionEnd.get();
      const text = live.unsentText();
      keep({ documentId: live.id, text });
      if (end !== null && text !== "") sessionEnd.set({ ...end, unsentText: text });
    },
    [live, keep],
  );
}
