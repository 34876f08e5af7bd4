export * from "./schema/index.ts";
export { newId } from "./schema/columns.ts";
export * from "./connect.ts";
