import { createStore } from "../../lib/store.ts";

/** Opens the import into the root of the workspace from anywhere. */
export const importDialog = createStore(false);
