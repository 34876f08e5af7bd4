import { keep, useKept } from "../kept.ts";

/** Whether the person has put the sidebar away. */
export const collapsed = keep("sidebar.collapsed", (stored) => stored === true);

export const useIsCollapsed = () => useKept(collapsed);
