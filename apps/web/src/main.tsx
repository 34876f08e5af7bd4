import "./styles.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { queries } from "./app/client.ts";
import { router } from "./app/router.tsx";
import { onSignedOut } from "./app/session.ts";
import { followTheme } from "./app/theme.ts";
import { Toasts } from "./ui/Toasts.tsx";
import { TooltipProvider } from "./ui/Tooltip.tsx";

followTheme();
onSignedOut(() => {
  queries.clear();
  void router.navigate({ to: "/login", search: { next: router.state.location.href } });
});

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      {/* The page's security policy allows no style elements. */}
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={queries}>
          <TooltipProvider>
            <Toasts>
              <RouterProvider router={router} />
            </Toasts>
          </TooltipProvider>
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  );
}
