import { idPrefix } from "./sanitize.ts";

/** What a click in a rendered document may do besides what browsers do. */
export interface Following {
  /** Is given the path of a link that is relative to the document, with what comes after `#` in it. */
  onFollow?: ((path: string) => void) | undefined;
}

/** Takes clicks on links that lead elsewhere in the document, or to others, and on the handles of code. */
export function takeClick(event: MouseEvent, root: HTMLElement, { onFollow }: Following): void {
  const { target } = event;
  if (!(target instanceof Element)) return;
  const copy = target.closest(".copy");
  if (copy !== null) return void copyCode(copy);
  const href = target.closest("a")?.getAttribute("href");
  if (href === undefined || href === null || /^[a-z][a-z0-9+.-]*:/i.test(href)) return;
  event.preventDefault();
  if (!href.startsWith("#")) return onFollow?.(href);
  history.replaceState(history.state, "", href);
  goToSlug(root, decoded(href.slice(1)));
}

/** Scrolls to the heading, or footnote, of that name. @returns Whether there is one. */
export function goToSlug(root: HTMLElement, slug: string): boolean {
  const place = root.querySelector(`#${CSS.escape(idPrefix + slug)}`);
  place?.scrollIntoView({ behavior: "smooth", block: "start" });
  return place !== null;
}

/** As people meant it, also where a percent sign is just one. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function copyCode(button: Element): Promise<void> {
  await navigator.clipboard.writeText(button.parentElement?.querySelector("code")?.textContent ?? "");
  button.textContent = "Copied";
  setTimeout(() => {
    button.textContent = "Copy";
  }, 1_500);
}
