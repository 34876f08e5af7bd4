export { withUsualTls } from "./connection.ts";
export { ConnectionError } from "./errors.ts";
export { openSession, type Session, withSession } from "./session.ts";
export type { Row, Sql, SqlPool, SqlStatement } from "./sql.ts";
