import { useMemo } from "react";

import { renderMarkdown } from "./markdown.ts";

/** A document's Markdown as it is read. */
export function Markdown({ text }: { text: string }) {
  const html = useMemo(() => ({ __html: renderMarkdown(text) }), [text]);
  return <div className="prose" dangerouslySetInnerHTML={html} />;
}
