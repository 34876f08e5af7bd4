import { createOpenState } from "../lib/open-state.ts";

/** Opens and closes the list of keyboard shortcuts from anywhere. */
export const shortcutSheet = createOpenState();
