import type { Observer } from "./observer.ts";

/** A committed entry of a document's log, with its author's role at that moment. */
export interface LedgerEntry {
  seq: number;
  kind: string;
  update: Uint8Array | null;
  authorId: string | null;
  role: string | null;
}

/**
 * Lets Postgres record every committed log entry in commit order, including entries that are folded later. Entries that a
 * restored backup lacks are removed here as well.
 */
export async function keepLedger({ sql }: Pick<Observer, "sql">): Promise<void> {
  await sql.unsafe(`
    create schema if not exists simulation;
    create table if not exists simulation.ledger (
      id bigint generated always as identity primary key,
      document_id uuid not null, seq int not null, kind text not null, update bytea, author_id uuid, role text,
      is_lost boolean not null default false
    );
    create index if not exists ledger_document on simulation.ledger (document_id, id);
    create or replace function simulation.keep_in_ledger() returns trigger language plpgsql as $$
    begin
      insert into simulation.ledger (document_id, seq, kind, update, author_id, role)
      values (new.document_id, new.seq, new.kind, new.update, new.author_id,
        (select role from public.workspace_members
          where workspace_id = new.workspace_id and user_id = new.author_id));
      return null;
    end $$;
    create or replace trigger simulation_ledger after insert on public.document_log
      for each row execute function simulation.keep_in_ledger();`);
}

export async function readLedger({ sql }: Pick<Observer, "sql">, documentId: string): Promise<LedgerEntry[]> {
  return sql<LedgerEntry[]>`
    select seq, kind, update, author_id as "authorId", role
    from simulation.ledger where document_id = ${documentId} and not is_lost order by id`;
}
