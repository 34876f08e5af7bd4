export * from "./backup/index.ts";
export * from "./connect.ts";
export { ConnectionError, type Row, type SqlStatement, withUsualTls } from "./driver/index.ts";
export { pingDatabase, countConnections, describeDatabase } from "./health.ts";
export { countMigrations, migrate } from "./migrate.ts";
export { DatabaseUnreachableError, DatabaseUnsupportedError, assertServerSupported } from "./server-check.ts";
export { createId, naturalOrder, toIsoTimestamp } from "./schema/columns.ts";
export * from "./schema/index.ts";
export * from "./tracing/index.ts";
