import { Outlet } from "@tanstack/react-router";

import { AppFrame } from "../layout/AppFrame.tsx";
import { HomeSidebar } from "./HomeSidebar.tsx";

/** The frame of what is of no one workspace. */
export function HomePage() {
  return (
    <AppFrame label="Main" sidebar={<HomeSidebar />}>
      <Outlet />
    </AppFrame>
  );
}
