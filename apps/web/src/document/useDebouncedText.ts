import type { LiveDocument } from "@mdreader/client/live";
import { useEffect, useState } from "react";

/** Debounce and maximum wait, in milliseconds, before the preview follows the text. */
const waitMs = 120;
const maxWaitMs = 600;

/** The debounced text of a live document, so that typing does not wait for the preview. */
export function useDebouncedText({ ytext }: LiveDocument): string {
  const [text, setText] = useState(() => ytext.toJSON());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let since = 0;
    const show = () => {
      since = 0;
      setText(ytext.toJSON());
    };
    const changed = () => {
      since ||= Date.now();
      clearTimeout(timer);
      timer = setTimeout(show, Math.max(0, Math.min(waitMs, since + maxWaitMs - Date.now())));
    };
    show();
    ytext.observe(changed);
    return () => {
      clearTimeout(timer);
      ytext.unobserve(changed);
    };
  }, [ytext]);
  return text;
}
