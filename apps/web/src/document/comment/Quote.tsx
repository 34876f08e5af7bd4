import { toPlainText } from "@mdreader/markdown/plain-text";

/** The quoted text of a thread, without Markdown syntax. */
export function Quote({ text }: { text: string }) {
  return (
    <p className="mb-2 line-clamp-2 border-l-2 border-warn pl-2 text-xs wrap-anywhere text-faint">
      {toPlainText(text)}
    </p>
  );
}
