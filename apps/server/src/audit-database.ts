import { connect, type Database, isSameDatabase, readAuditPrivileges } from "@mdreader/db";
import type { Logger } from "pino";

import type { Config } from "./config.ts";
import { errorMessage } from "./error-utils.ts";
import { StartError } from "./start-error.ts";

/** The connection with which the retention of the audit log is applied, and how to close it. */
export interface AuditDatabase {
  database: Database;
  close(): Promise<void>;
}

/**
 * Opens the connection of AUDIT_DATABASE_URL, whose role owns the audit log, or returns the server's own. Logs whether the
 * server's role could still change or remove entries.
 * @throws StartError if the role can't apply the retention.
 */
export async function openAuditDatabase(
  { AUDIT_DATABASE_URL: url }: Pick<Config, "AUDIT_DATABASE_URL">,
  database: Database,
  log: Logger,
): Promise<AuditDatabase> {
  const { role, changes, canSweep } = await readAuditPrivileges(database);
  if (url === undefined) {
    if (!canSweep) {
      log.error(
        { role },
        "entries of the audit log can't be removed after their retention: " +
          "the role of DATABASE_URL may not change them, and AUDIT_DATABASE_URL isn't set",
      );
    }
    return { database, close: async () => {} };
  }
  const audit = connect(url, { poolSize: 1, applicationName: "mdreader audit" });
  try {
    await assertSuitable(audit, database);
  } catch (error) {
    await audit.close();
    throw error;
  }
  if (changes.length > 0) {
    log.error(
      { role, privileges: changes },
      "the audit log isn't append-only: the role of DATABASE_URL may still change or remove entries",
    );
  }
  return { database: audit, close: () => audit.close() };
}

/** @throws StartError */
async function assertSuitable(audit: Database, database: Database): Promise<void> {
  const [isSame, { role, canSweep }] = await Promise.all([
    isSameDatabase(audit, database),
    readAuditPrivileges(audit),
  ]).catch((error: unknown) => {
    throw new StartError(`The database at AUDIT_DATABASE_URL can't be used: ${errorMessage(error)}`, {
      cause: error,
    });
  });
  if (!isSame) throw new StartError("AUDIT_DATABASE_URL must lead to the same database as DATABASE_URL.");
  if (!canSweep) {
    throw new StartError(
      `The role ${role} of AUDIT_DATABASE_URL can't remove entries of the audit log after their retention. ` +
        "It must own the table audit_entries.",
    );
  }
}
