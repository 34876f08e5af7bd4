import { connect, createId, migrate } from "@mdreader/db";
import { createDatabaseAtMigration } from "@mdreader/db/testing";
import { expect, test } from "vitest";

import { notes } from "./relevance.fixture.ts";
import { hasUnspacedScript, toBigrams, toSearchTokens } from "./tokens.ts";

/** The newest migration before documents had tokens instead of pairs of characters. */
const former = "0015_folder_contents_pending";

test("the migration gives existing documents the tokens that the server computes", async () => {
  await using database = await createDatabaseAtMigration(former);
  const { sql, close } = connect(database.url, { poolSize: 1 });
  await using made = new AsyncDisposableStack();
  made.defer(close);
  const workspaceId = createId();
  await sql`insert into workspaces (id, name) values (${workspaceId}, 'Notes')`;
  for (const { title, content = "" } of notes) {
    // Thai was not indexed in pairs.
    const isThai = /\p{scx=Thai}/u.test(title);
    const pairs = isThai || !hasUnspacedScript(title) ? [] : toBigrams(`${title}\n${content}`);
    await sql`
      insert into documents (id, workspace_id, title, content, size, search_pairs)
      values (${createId()}, ${workspaceId}, ${title}, ${content}, ${Buffer.byteLength(content)}, ${pairs})`;
  }
  await migrate(database.url);
  const migrated = await sql<{ title: string; tokens: string[] }[]>`
    select title, search_tokens as tokens from documents order by id`;
  expect(migrated.map(({ title, tokens }) => [title, tokens.toSorted()])).toEqual(
    notes.map(({ title, content = "" }) => [title, toSearchTokens(title, content).toSorted()]),
  );
  const [dampf] = await sql`
    select 1 from documents where search_vector @@ search_query('english', 'Donaudampfschiffahrtsgesellschaft', false)
      or search_vector @@ search_query('english', 'Donaudampfschifffahrtsgesellschaft', false)`;
  expect(dampf).toBeDefined();
});
