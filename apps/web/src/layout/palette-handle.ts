import { Dialog } from "@base-ui/react/dialog";

/** Opens the command palette from anywhere. */
export const palette = Dialog.createHandle();
