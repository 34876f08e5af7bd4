import { getScrollBehavior } from "../../lib/media.ts";
import type { PreviewDom } from "./preview-dom.ts";

/** Handlers for clicks in a rendered document. */
export interface LinkHandlers {
  /** Called with the path of a relative link, including its fragment. */
  onFollow?: ((path: string) => void) | undefined;
}

/** Handles clicks on relative links, fragment links and copy buttons. */
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

/** Scrolls to the heading or footnote with the given slug. */
export function scrollToSlug(surface: Pick<PreviewDom, "find">, slug: string): void {
  const place = surface.find(slug);
  if (place === null) return;
  // Distant heights are estimates until rendered, so smooth scrolling would stop at the wrong place.
  const isFar = Math.abs(place.getBoundingClientRect().top) > 3 * innerHeight;
  place.scrollIntoView({ behavior: isFar ? "instant" : getScrollBehavior(), block: "start" });
}

/** Whether a path is that of a file other than a document. */
export const isFileName = (path: string): boolean =>
  /\.(?!md\b)[a-z][a-z0-9]{1,4}(?:\]\])?(?:[?#].*)?$/is.test(path);

/** Decodes a link target; returns it unchanged if a percent sign is literal. */
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
