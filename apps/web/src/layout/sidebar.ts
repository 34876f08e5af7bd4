import { createLocalState, usePersistedState } from "../lib/persisted-state.ts";

/** Whether the sidebar is collapsed. */
export const collapsed = createLocalState("sidebar.collapsed", (stored) => stored === true);

export const useIsCollapsed = () => usePersistedState(collapsed);
