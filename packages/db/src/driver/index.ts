export { withUsualTls } from "./connection.ts";
export { ConnectionError } from "./errors.ts";
export { openSession, type Session, withSession } from "./session.ts";
export type { Row, Sql, SqlStatement } from "./sql.ts";
