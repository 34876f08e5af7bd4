export * from "./auth.ts";
export * from "./document.ts";
export * from "./errors.ts";
export * from "./language.ts";
export * from "./pagination.ts";
export * from "./policy.ts";
export * from "./text.ts";
export * from "./workspace.ts";
