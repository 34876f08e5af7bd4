import { gfm } from "@joplin/turndown-plugin-gfm";
import TurndownService from "turndown";

const turndown = new TurndownService({
  headingStyle: "atx",
  bulletListMarker: "-",
  codeBlockStyle: "fenced",
  emDelimiter: "*",
  hr: "---",
})
  .use(gfm)
  .remove(["script", "style", "title", "meta", "noscript"]);

/** Of no use here; and the page's policy would complain of each. */
const style = /\sstyle=(?:"[^"]*"|'[^']*')/gi;

/** Rich text from the clipboard as Markdown. It is parsed apart from the page: nothing in it runs or loads. */
export function markdownOfHtml(html: string): string {
  const { body } = new DOMParser().parseFromString(html.replaceAll(style, ""), "text/html");
  return turndown.turndown(body).trim();
}
