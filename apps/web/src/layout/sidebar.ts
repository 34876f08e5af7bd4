import { createLocalState } from "../lib/persisted-state.ts";
import { useStore } from "../lib/store.ts";

/** Whether the sidebar is collapsed. */
export const collapsed = createLocalState("sidebar.collapsed", (stored) => stored === true);

export const useIsCollapsed = () => useStore(collapsed);
