export * from "./connect.ts";
export { ConnectionError, type Row, type SqlStatement, withUsualTls } from "./driver/index.ts";
export { answer, connectionStates } from "./health.ts";
export { migrate } from "./migrate.ts";
export { DatabaseUnreachable, DatabaseUnsuitable, ping } from "./ping.ts";
export { newId } from "./schema/columns.ts";
export * from "./schema/index.ts";
