import DOMPurify from "dompurify";
import MarkdownIt from "markdown-it";

/**
 * Markdown as HTML that is safe to show. Raw HTML in a document is shown as text; what is left is sanitized all the
 * same, so that no one rule has to hold alone.
 */
const markdown = new MarkdownIt({ html: false, linkify: true });

/** Front matter is not part of what is read. */
const frontMatter = /^\uFEFF?---[ \t]*\r?\n[^]*?\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/;
/** What can be written as front matter is short; of a longer beginning none is looked for. */
const maxFrontMatter = 100_000;

const allowed = {
  USE_PROFILES: { html: true },
  FORBID_TAGS: [
    "style",
    "form",
    "input",
    "button",
    "textarea",
    "select",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
  ],
  FORBID_ATTR: ["style", "id", "name", "class"],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):|^(?![a-z][a-z0-9+.-]*:|\/\/)/i,
  SANITIZE_DOM: true,
};

DOMPurify.addHook("afterSanitizeAttributes", (node) => {
  if (node.nodeName !== "A") return;
  // Who opens a link from a document lets it know neither the page nor its window.
  node.setAttribute("rel", "noopener noreferrer nofollow");
  if (/^https?:/i.test(node.getAttribute("href") ?? "")) node.setAttribute("target", "_blank");
});

/** Renders a document. @returns Sanitized HTML. */
export function renderMarkdown(text: string): string {
  const head = text.slice(0, maxFrontMatter).match(frontMatter)?.[0].length ?? 0;
  return DOMPurify.sanitize(markdown.render(text.slice(head)), allowed);
}
