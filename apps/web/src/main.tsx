import "./styles.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { isReason } from "@mdreader/client";
import { MDReaderProvider } from "@mdreader/react";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { router } from "./app/router.tsx";
import { installErrorReports } from "./lib/browser-errors.ts";
import { client, queryClient } from "./lib/client.ts";
import { keepFocus } from "./lib/keep-focus.ts";
import { checkVersionOnMissingCode } from "./lib/new-version.ts";
import { clearEndedSession, clearPersonalData, clearPersonalQueries } from "./lib/personal-data.ts";
import { subscribeSignedOut } from "./lib/session.ts";
import { syncTheme } from "./lib/theme.ts";
import { LazyToasts } from "./ui/LazyToasts.tsx";
import { TooltipProvider } from "./ui/Tooltip.tsx";

syncTheme();
keepFocus();
checkVersionOnMissingCode();
installErrorReports(() => router.state.matches.at(-1)?.fullPath ?? "");
subscribeSignedOut(() => {
  clearPersonalQueries();
  // Navigate away first, because mounted pages would keep showing their data.
  void router.navigate({ to: "/login", search: { next: router.state.location.href } }).finally(() => {
    clearPersonalData().catch((error: unknown) => reportError(error));
  });
});
queryClient.getQueryCache().subscribe(({ query }) => {
  if (isReason(query.state.error, "SECOND_FACTOR_SETUP_REQUIRED"))
    void router.navigate({ to: "/second-factor" });
});
await clearEndedSession().catch((error: unknown) => reportError(error));

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      {/* The page's CSP forbids style elements. */}
      <CSPProvider disableStyleElements>
        <MDReaderProvider client={client} queryClient={queryClient}>
          <TooltipProvider>
            <RouterProvider router={router} />
            <LazyToasts />
          </TooltipProvider>
        </MDReaderProvider>
      </CSPProvider>
    </StrictMode>,
  );
}
