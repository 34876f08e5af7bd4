import { createOpenState } from "../lib/open-state.ts";

/** Open the dialogs of the open document from anywhere: its header renders them. */
export const renameDialog = createOpenState();
export const moveDialog = createOpenState();
export const shareDialog = createOpenState();
