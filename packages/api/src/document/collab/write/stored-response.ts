import { type TextApplied, textApplied } from "@mdreader/contract";
import type { Sql } from "@mdreader/db";

/** Identifies a write of a user to a document. */
export interface WriteKey {
  documentId: string;
  userId: string;
  key: string;
}

/** Finds the response to a write with an idempotency key, if it was made before. */
export async function findResponse(
  sql: Sql,
  { documentId, userId, key }: WriteKey,
): Promise<TextApplied | null> {
  const [found] = await sql<{ answer: unknown }[]>`
    select answer from idempotency_keys
    where document_id = ${documentId} and user_id = ${userId} and key = ${key}`;
  return found === undefined ? null : textApplied.parse(found.answer);
}

/**
 * Stores the response to a write that appended nothing, so that a retry after further edits returns the same one.
 * @returns The stored response, which is that of an earlier call if there was one.
 */
export async function storeResponse(
  sql: Sql,
  write: WriteKey & { workspaceId: string },
  response: TextApplied,
): Promise<TextApplied> {
  const { documentId, workspaceId, userId, key } = write;
  await sql`
    insert into idempotency_keys (document_id, workspace_id, user_id, key, answer)
    values (${documentId}, ${workspaceId}, ${userId}, ${key}, ${JSON.stringify(response)}::text::jsonb)
    on conflict do nothing`;
  return (await findResponse(sql, write)) ?? response;
}
