import { Outlet } from "@tanstack/react-router";

import { AppFrame } from "../../layout/AppFrame.tsx";
import { HomeSidebar } from "./HomeSidebar.tsx";

/** The frame of pages outside a workspace. */
export function HomePage() {
  return (
    <AppFrame label="Main" sidebar={<HomeSidebar />}>
      <Outlet />
    </AppFrame>
  );
}
