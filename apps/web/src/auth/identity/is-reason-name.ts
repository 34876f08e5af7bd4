import { type Reason, reasons } from "@mdreader/client";

/** Whether a text from the address of a page names a failure. */
export const isReasonName = (name: unknown): name is Reason =>
  typeof name === "string" && Object.hasOwn(reasons, name);
