import { useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/**
 * Says the title of the page that one has come to: the page changes without being loaded, and who does not see it would
 * hear nothing. The focus, where it was on something that is gone, goes to the page.
 */
export function RouteAnnouncer() {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  return (
    <div aria-live="polite" className="sr-only">
      <PageAnnouncement key={path} />
    </div>
  );
}

/** Milliseconds after which a page has set its title. */
const settled = 150;

/** A page that was loaded begins as any page does: with the first Tab one gets to its beginning, not into its middle. */
let isLoaded = false;

function PageAnnouncement() {
  const [title, setTitle] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => {
      setTitle(document.title);
      if (isLoaded && document.activeElement === document.body) document.getElementById("main")?.focus();
      isLoaded = true;
    }, settled);
    return () => clearTimeout(timer);
  }, []);
  return title;
}
