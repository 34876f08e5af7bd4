import "../styles.css";
import "./share.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { syncTheme } from "../lib/theme.ts";
import { SharePage } from "./SharePage.tsx";

/**
 * The page of a shared document: one of its own, for people who have no account. Nothing of the app is loaded with it,
 * neither its session nor what asks for one.
 */

syncTheme();

const [, , token = ""] = location.pathname.split("/");
const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      {/* The page's security policy allows no style elements. */}
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={new QueryClient()}>
          <SharePage token={token} />
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  );
}
