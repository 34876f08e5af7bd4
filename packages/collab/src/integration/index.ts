/**
 * Counts the work of applying updates, and tries updates before they are applied. Importing this changes how Yjs places
 * items in the whole process, so it is an export of its own, for servers alone.
 */
export * from "./integrate.ts";
export * from "./trial.ts";
