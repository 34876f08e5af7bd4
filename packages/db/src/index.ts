export * from "./connect.ts";
export { migrate } from "./migrate.ts";
export { newId } from "./schema/columns.ts";
export * from "./schema/index.ts";
