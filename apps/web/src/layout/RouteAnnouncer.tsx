import { useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/**
 * Announces the page title after client-side navigation, which screen readers do not notice. If the focused element is
 * gone, moves the focus to the page.
 */
export function RouteAnnouncer() {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  return (
    <div aria-live="polite" className="sr-only">
      <PageAnnouncement key={path} />
    </div>
  );
}

/** Delay in milliseconds after which most pages have set their title. */
const settleMs = 150;

/** The title in place of that of a page which is still loading, from `index.html`. */
const titleWithoutPage = "MDReader";

/** The first page keeps the browser's focus order, starting at the top. */
let isLoaded = false;

function PageAnnouncement() {
  const [title, setTitle] = useState("");
  useEffect(() => {
    const announce = () => {
      if (document.title === titleWithoutPage) return;
      observer.disconnect();
      setTitle(document.title);
    };
    const observer = new MutationObserver(announce);
    const timer = setTimeout(() => {
      observer.observe(document.head, { subtree: true, childList: true, characterData: true });
      announce();
      if (isLoaded && document.activeElement === document.body) document.getElementById("main")?.focus();
      isLoaded = true;
    }, settleMs);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, []);
  return title;
}
