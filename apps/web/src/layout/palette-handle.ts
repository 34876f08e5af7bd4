import { createStore } from "../lib/store.ts";

/** Opens and closes the command palette from anywhere. It loads when it is first opened. */
export const palette = createStore(false);
