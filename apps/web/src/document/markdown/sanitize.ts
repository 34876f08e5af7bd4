import DOMPurify, { type Config } from "dompurify";

/** Prefix for IDs in documents, so that they can't collide with IDs of the page. */
export const idPrefix = "md-";

/** Classes that the renderer emits. Others are removed, because they could imitate the page's UI. */
const ours =
  /^(?:block|hljs-[\w-]+|language-[\w-]+|math-(?:inline|display)|footnote[\w-]*|task(?:-box)?|markdown-alert[\w-]*|diagram|embed|code|front-matter|tag|toc|[a-z]+_{1,2})$/;

const config: Config & { RETURN_DOM_FRAGMENT: true } = {
  USE_PROFILES: { html: true },
  FORBID_TAGS: [
    "style",
    "form",
    "button",
    "textarea",
    "select",
    "option",
    "iframe",
    "object",
    "embed",
    "dialog",
  ],
  FORBID_ATTR: [
    "style",
    "srcset",
    "name",
    "for",
    "popovertarget",
    "popover",
    "contenteditable",
    "tabindex",
    "slot",
    "is",
  ],
  ADD_ATTR: ["align"],
  ALLOW_DATA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel):|^(?![a-z][a-z0-9+.-]*:|\/\/)/i,
  RETURN_DOM_FRAGMENT: true,
};

const purify = DOMPurify();

purify.addHook("uponSanitizeAttribute", (node, attribute) => {
  const { attrName, attrValue } = attribute;
  if (attrName === "class")
    attribute.attrValue = attrValue
      .split(/\s+/)
      .filter((name) => ours.test(name))
      .join(" ");
  else if (attrName === "id") attribute.attrValue = idPrefix + attrValue;
  else if (attrName === "data-line" || attrName === "data-language")
    attribute.forceKeepAttr = /^[\w#+.-]{1,40}$/.test(attrValue);
  else if (node.nodeName === "INPUT" && !/^(?:type|checked|disabled|aria-label)$/.test(attrName))
    attribute.keepAttr = false;
});

purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.nodeName === "INPUT") {
    if (node.getAttribute("type") !== "checkbox") return node.remove();
    node.setAttribute("disabled", "");
  } else if (node.nodeName === "A") {
    // Links must not expose the page's address or its window.
    node.setAttribute("rel", "noopener noreferrer nofollow");
    if (/^https?:/i.test(node.getAttribute("href") ?? "")) node.setAttribute("target", "_blank");
  } else if (node.nodeName === "IMG") {
    const source = node.getAttribute("src") ?? "";
    // Relative paths refer to the document, not to the page.
    if (!/^(?:https?|data):/i.test(source)) {
      node.removeAttribute("src");
      node.setAttribute("data-path", source);
    }
    node.setAttribute("loading", "lazy");
    node.setAttribute("decoding", "async");
    node.setAttribute("referrerpolicy", "no-referrer");
  }
});

/** Sanitizes rendered HTML: it can't run scripts or imitate the page's UI. */
export function sanitize(html: string): DocumentFragment {
  return purify.sanitize(html, config);
}
