export { withUsualTls } from "./connection.ts";
export type { Db, Tx } from "./drizzle.ts";
export { ConnectionError } from "./errors.ts";
export { openSession, type Session, withSession } from "./session.ts";
export type { Row, Rows, Sql, SqlRunner, SqlStatement } from "./sql.ts";
