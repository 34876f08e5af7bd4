export * from "./encode-update.ts";
export * from "./odd-updates.ts";
