import { createLocalState, usePersistedState } from "../lib/persisted-state.ts";

/** Whether the person has put the sidebar away. */
export const collapsed = createLocalState("sidebar.collapsed", (stored) => stored === true);

export const useIsCollapsed = () => usePersistedState(collapsed);
