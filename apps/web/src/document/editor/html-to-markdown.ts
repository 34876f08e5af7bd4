import { gfm } from "@joplin/turndown-plugin-gfm";
import TurndownService from "turndown";

import { parseClipboardHtml } from "./clipboard-html.ts";

const turndown = new TurndownService({
  headingStyle: "atx",
  bulletListMarker: "-",
  codeBlockStyle: "fenced",
  emDelimiter: "*",
  hr: "---",
})
  .use(gfm)
  .addRule("listItem", {
    filter: "li",
    replacement(content, node) {
      if (!(node instanceof HTMLElement)) return content;
      const list = node.parentElement;
      const number = Number(list?.getAttribute("start") ?? 1) + [...(list?.children ?? [])].indexOf(node);
      const marker = list?.localName === "ol" ? `${number}. ` : "- ";
      const indented = content.trim().replaceAll(/\n(?!\n)/g, `\n${" ".repeat(marker.length)}`);
      return marker + indented + (node.nextSibling === null ? "" : "\n");
    },
  })
  .addRule("lineBreak", {
    filter: "br",
    // Line breaks in table cells are written as <br>.
    replacement: (_content, node) => (node.parentElement?.closest("td, th") ? "\n" : "  \n"),
  });

/**
 * Converts rich text from the clipboard to Markdown. It is parsed in an inert document: no script runs and no resource
 * loads.
 */
export function htmlToMarkdown(html: string): string {
  return turndown.turndown(parseClipboardHtml(html)).trim();
}
