import type { LiveDocument } from "@mdreader/client/live";
import { useEffect, useState } from "react";

/** Milliseconds of quiet, and the longest wait, before the preview follows what is typed. */
const waitMs = 120;
const maxWaitMs = 600;

/** The text of a live document, a moment behind: whoever types does not wait for what is derived from it. */
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
