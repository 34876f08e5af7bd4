import { Outlet } from "@tanstack/react-router";

import { Frame } from "../app/frame/Frame.tsx";
import { HomeSidebar } from "./HomeSidebar.tsx";

/** The frame of what is of no one workspace. */
export function HomePage() {
  return (
    <Frame label="Main" sidebar={<HomeSidebar />}>
      <Outlet />
    </Frame>
  );
}
