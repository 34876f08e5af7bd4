import type { LiveDocument } from "@mdreader/client/live";
import { useEffect, useState } from "react";

import { debounce } from "../lib/debounce.ts";

/** The delay with which the preview follows the text. */
const previewDelay = { waitMs: 120, maxWaitMs: 600 };

/** The debounced text of a live document, so that typing does not wait for the preview. */
export function useDebouncedText({ ytext }: LiveDocument): string {
  const [text, setText] = useState(() => ytext.toJSON());
  useEffect(() => {
    const show = () => setText(ytext.toJSON());
    const { request, cancel } = debounce(show, previewDelay);
    show();
    ytext.observe(request);
    return () => {
      cancel();
      ytext.unobserve(request);
    };
  }, [ytext]);
  return text;
}
