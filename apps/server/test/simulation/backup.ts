import type { Observer } from "./observer.ts";

/** A document with all its data, and the events of its workspace, at one moment. */
export interface Backup {
  version: number;
  /** Restores everything. No other connection may have an open transaction. */
  restore(identity: { isNamed: boolean }): Promise<void>;
}

/**
 * Lets Postgres report another timeline and start time, which identify a restored or promoted database. Servers see these
 * functions before the built-in ones.
 */
export async function prepareIdentity({ sql }: Pick<Observer, "sql">): Promise<void> {
  await sql.unsafe(`
    create schema if not exists simulation;
    create table if not exists simulation.identity (timeline int not null, started_at timestamptz not null);
    insert into simulation.identity select 1, pg_catalog.pg_postmaster_start_time()
      where not exists (select from simulation.identity);
    create or replace function simulation.pg_walfile_name(pg_lsn) returns text stable language sql
      as $$ select lpad(to_hex(timeline), 8, '0') || '0000000000000001' from simulation.identity $$;
    create or replace function simulation.pg_postmaster_start_time() returns timestamptz stable language sql
      as $$ select started_at from simulation.identity $$;
    do $$ begin
      execute format('alter database %I set search_path = simulation, pg_catalog, public', current_database());
    end $$`);
}

/** Records what a backup of a document would contain now. */
export async function backUp(
  { sql }: Pick<Observer, "sql">,
  { documentId, workspaceId }: { documentId: string; workspaceId: string },
): Promise<Backup> {
  const tables = await sql<{ name: string; columns: string; key: string }[]>`
    select table_name as name, string_agg(quote_ident(column_name), ', ') as columns,
      case when table_name = 'documents' then 'id' else 'document_id' end as key
    from information_schema.columns
    join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE' and is_generated = 'NEVER'
    group by table_name
    having table_name = 'documents' or bool_or(column_name = 'document_id')
    order by table_name`;
  const copies = tables.map(({ name, columns, key }) => ({
    name,
    columns,
    key,
    copy: `simulation.copy_of_${name}`,
  }));
  const [head] = await sql.begin(async (tx) => {
    for (const { name, columns, key, copy } of copies) {
      await tx.unsafe(`
        drop table if exists ${copy};
        create table ${copy} as select ${columns} from public.${name} where ${key} = '${documentId}'`);
    }
    return tx<{ version: number; events: number }[]>`
      select d.version, w.last_event_seq as events
      from documents d join workspaces w on w.id = d.workspace_id where d.id = ${documentId}`;
  });
  if (head === undefined) throw new Error("There is no document to back up.");
  const { version, events } = head;
  return {
    version,
    async restore({ isNamed }) {
      await sql.begin(async (tx) => {
        await tx.unsafe("set local session_replication_role = replica");
        for (const { name, columns, key, copy } of copies) {
          await tx.unsafe(`
            delete from public.${name} where ${key} = '${documentId}';
            insert into public.${name} (${columns}) overriding system value select ${columns} from ${copy}`);
        }
        await tx`update simulation.ledger set is_lost = true where document_id = ${documentId} and seq > ${version}`;
        await tx`delete from workspace_events where workspace_id = ${workspaceId} and seq > ${events}`;
        await tx`update workspaces set last_event_seq = ${events} where id = ${workspaceId}`;
        await tx`
          update simulation.identity
          set started_at = started_at + interval '1 second', timeline = timeline + ${isNamed ? 1 : 0}`;
      });
    },
  };
}
