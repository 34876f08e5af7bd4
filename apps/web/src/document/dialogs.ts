import { createStore } from "../lib/store.ts";

/** Open the dialogs of the open document from anywhere: its header renders them. */
export const renameDialog = createStore(false);
export const moveDialog = createStore(false);
export const shareDialog = createStore(false);
