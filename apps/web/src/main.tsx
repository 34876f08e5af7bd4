import "./styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { queries } from "./app/client.ts";
import { router } from "./app/router.tsx";
import { onSignedOut } from "./app/session.ts";

onSignedOut(() => {
  queries.clear();
  void router.navigate({ to: "/login", search: { next: router.state.location.href } });
});

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
