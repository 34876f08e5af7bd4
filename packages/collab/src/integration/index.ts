/**
 * Counts the work of applying updates, and tries updates before they are applied. Importing this patches Yjs for the
 * whole process, so it is a separate export for servers only.
 */
export * from "./integrate.ts";
export * from "./trial.ts";
