import type { PreviewDom } from "./preview-dom.ts";

/** What a click in a rendered document may do besides what browsers do. */
export interface LinkHandlers {
  /** Is given the path of a link that is relative to the document, with what comes after `#` in it. */
  onFollow?: ((path: string) => void) | undefined;
}

/** Takes clicks on links that lead elsewhere in the document, or to others, and on the handles of code. */
export function handleLinkClick(
  event: MouseEvent,
  surface: Pick<PreviewDom, "find">,
  { onFollow }: LinkHandlers,
): void {
  const { target } = event;
  if (!(target instanceof Element)) return;
  const copy = target.closest(".copy");
  if (copy !== null) return void copyCode(copy);
  const href = target.closest("a")?.getAttribute("href");
  if (href === undefined || href === null || /^[a-z][a-z0-9+.-]*:/i.test(href)) return;
  event.preventDefault();
  if (!href.startsWith("#")) return onFollow?.(href);
  history.replaceState(history.state, "", href);
  scrollToSlug(surface, decodeTarget(href.slice(1)));
}

/** Scrolls to the heading, or footnote, of that name. */
export function scrollToSlug(surface: Pick<PreviewDom, "find">, slug: string): void {
  const place = surface.find(slug);
  if (place === null) return;
  // What is far is only about as far as it seems, until it is seen: no smooth way would end at the right place.
  const isFar = Math.abs(place.getBoundingClientRect().top) > 3 * innerHeight;
  place.scrollIntoView({ behavior: isFar ? "instant" : "smooth", block: "start" });
}

/** As people meant it, also where a percent sign is just one. */
export function decodeTarget(text: string): string {
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
