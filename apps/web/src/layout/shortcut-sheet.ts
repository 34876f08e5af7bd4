import { createStore } from "../lib/store.ts";

/** Opens and closes the list of keyboard shortcuts from anywhere. */
export const shortcutSheet = createStore(false);
