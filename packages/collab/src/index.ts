export * from "./anchor.ts";
export * from "./apply.ts";
export * from "./check.ts";
export * from "./compare.ts";
export * from "./document.ts";
export * from "./edits.ts";
export * from "./find.ts";
export * from "./merge.ts";
