export * from "./anchor.ts";
export * from "./apply.ts";
export * from "./validate-update.ts";
export * from "./line-diff.ts";
export * from "./document.ts";
export * from "./edits.ts";
export * from "./kmp.ts";
export * from "./merge.ts";
