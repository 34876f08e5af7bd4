import { type Database, createId } from "@mdreader/db";

const documentCount = 10_000;
/** A word in one document of a thousand, and one in all documents. */
export const words = { rare: "zugzwang", common: "common" };

/** Creates documents of about 2 KB whose word frequencies resemble those of a natural language. @returns Their ids. */
export async function seedDocuments(
  sql: Database["sql"],
  workspaceId: string,
  userId: string,
): Promise<string[]> {
  const vocabulary = Array.from({ length: 5000 }, (_, n) => `word${n.toString(36)}`);
  const random = seeded(42);
  const text = (n: number) => {
    const chosen = Array.from(
      { length: 300 },
      () => vocabulary[Math.floor(vocabulary.length ** random()) - 1],
    );
    return `# Document ${n}\n\n${words.common} ${n % 1000 === 0 ? words.rare : ""} ${chosen.join(" ")}\n`;
  };
  const ids: string[] = [];
  for (let from = 0; from < documentCount; from += 500) {
    const rows = Array.from({ length: 500 }, (_, n) => ({
      id: createId(),
      title: `Document ${from + n}`,
      content: text(from + n),
    }));
    await sql`
      insert into documents (id, workspace_id, title, content, size, created_by)
      select d.id, ${workspaceId}, d.title, d.content, octet_length(d.content), ${userId}
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as d (id uuid, title text, content text)`;
    ids.push(...rows.map(({ id }) => id));
  }
  await sql`
    insert into document_log (document_id, workspace_id, seq, kind, update)
    select id, workspace_id, 1, 'update', '\\x0000' from documents where id = any(${ids}::uuid[])`;
  await sql`vacuum analyze documents`;
  return ids;
}

/** Returns the same pseudorandom numbers in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
