import type { Database } from "./connect.ts";

/** The privileges of a connection's role on the audit log. */
export interface AuditPrivileges {
  role: string;
  /** The privileges with which it could change or remove entries, or let itself do so. */
  changes: string[];
  /** Whether it can erase addresses and remove entries after their retention. */
  canSweep: boolean;
}

/**
 * Reads the privileges of a connection's role on the audit log. Owners can grant themselves what they lack, and the owner
 * of a schema can drop its tables.
 */
export async function readAuditPrivileges({ sql }: Pick<Database, "sql">): Promise<AuditPrivileges> {
  const [found] = await sql<[AuditPrivileges]>`
    select current_user::text as role,
      array_remove(array[
        case when has_any_column_privilege(log.oid, 'update') then 'UPDATE' end,
        case when has_table_privilege(log.oid, 'delete') then 'DELETE' end,
        case when has_table_privilege(log.oid, 'truncate') then 'TRUNCATE' end,
        case when has_table_privilege(log.oid, 'trigger') then 'TRIGGER' end,
        case when pg_has_role(log.relowner, 'member') then 'ownership of the table' end,
        case when pg_has_role(schema.nspowner, 'member') then 'ownership of the schema' end
      ], null) as changes,
      has_table_privilege(log.oid, 'select') and has_table_privilege(log.oid, 'delete')
        and has_column_privilege(log.oid, 'ip_address', 'update') as "canSweep"
    from pg_class log join pg_namespace schema on schema.oid = log.relnamespace
    where log.oid = 'public.audit_entries'::regclass`;
  return found;
}

/** Whether two connections lead to the same database of the same server. */
export async function isSameDatabase(
  one: Pick<Database, "sql">,
  other: Pick<Database, "sql">,
): Promise<boolean> {
  const [a, b] = await Promise.all([readIdentity(one), readIdentity(other)]);
  return a === b;
}

async function readIdentity({ sql }: Pick<Database, "sql">): Promise<string> {
  const [found] = await sql<[{ identity: string }]>`
    select concat_ws(' ', current_database(), 'public.audit_entries'::regclass::oid, pg_postmaster_start_time())
      as identity`;
  return found.identity;
}
