export { withStandardTls } from "./connection.ts";
export { ConnectionError } from "./errors.ts";
export { openSession, type Session, type SessionTransaction, withSession } from "./session.ts";
export type { Row, Sql, SqlPool, SqlStatement } from "./sql.ts";
