import "../../../styles.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { syncTheme } from "../../../lib/theme.ts";
import { SharePage } from "./SharePage.tsx";

/** The page of a shared document, for visitors without an account. It loads neither the app nor its session code. */

syncTheme();

const [, , token = ""] = location.pathname.split("/");
const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      {/* The page's CSP forbids style elements. */}
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={new QueryClient()}>
          <SharePage token={token} />
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  );
}
