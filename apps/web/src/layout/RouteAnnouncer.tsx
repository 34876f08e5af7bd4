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

/** Delay in milliseconds after which a page has set its title. */
const settleMs = 150;

/** The first page keeps the browser's focus order, starting at the top. */
let isLoaded = false;

function PageAnnouncement() {
  const [title, setTitle] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => {
      setTitle(document.title);
      if (isLoaded && document.activeElement === document.body) document.getElementById("main")?.focus();
      isLoaded = true;
    }, settleMs);
    return () => clearTimeout(timer);
  }, []);
  return title;
}
