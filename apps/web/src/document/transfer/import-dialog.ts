import { createOpenState } from "../../lib/open-state.ts";

/** Opens the import into the root of the workspace from anywhere. */
export const importDialog = createOpenState();
