export * from "./auth.ts";
export * from "./document.ts";
export * from "./document-log.ts";
export * from "./file.ts";
export * from "./presence.ts";
export * from "./rows.ts";
export * from "./workspace.ts";
