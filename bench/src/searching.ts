import { startChild } from "./child.ts";
import { describeCost, measureCosts } from "./cost.ts";
import type { BenchEnvironment } from "./environment.ts";
import { getRaw } from "./http-connection.ts";
import type { Measurement } from "./measurement.ts";
import { words } from "./seed-documents.ts";
import { openSocket } from "./socket.ts";

/** People who search, since each may search 100 times a second. */
const people = 16;

/**
 * The least that a search must do: it finds the newest documents with a word, ranks 100 of them and returns the texts of
 * 20. A common word is looked up in the newest documents, and a rare one in the index.
 */
const toStatement = (matches: string) => `
  with match as materialized (${matches})
  select d.id, d.folder_id, d.title, d.updated_at, d.content
  from (
    select document_id from match join document_search s using (document_id)
    order by ts_rank(s.words, to_tsquery('search_english', $2)) desc, document_id desc limit 20
  ) found join documents d on d.id = found.document_id`;
const statements = {
  common: toStatement(`
    select document_id from document_search
    where workspace_id = $1 and words @@ to_tsquery('search_english', $2)
    order by workspace_id desc, document_id desc limit 100`),
  rare: toStatement(`
    select document_id from document_search
    where array[workspace_id] @> array[$1::uuid] and array[language] @> array['english']
      and search_costly(words) @@ to_tsquery('search_english', $2)`),
};

/** Compares `document.search` for a common and a rare word with the baseline, alternately. */
export async function* benchSearch(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  await world.library();
  const { url, workspaceId, databaseUrl, server } = world;
  const editors = await world.editors(people);
  const opened = await Promise.all(editors.map(({ token }) => openSocket(url, token)));
  for (const [name, atLeast] of [["common", 520] as const, ["rare", 600] as const]) {
    const query = words[name];
    const bare = await startChild("baseline-statement.ts", {
      DATABASE_URL: databaseUrl,
      STATEMENT: statements[name],
      PARAMETERS: JSON.stringify([workspaceId, query]),
    });
    const ways = {
      limit: { server: bare, call: () => getRaw(bare.url) },
      search: {
        server,
        call: async (n: number) =>
          opened[n % people]?.call("query", "document.search", { workspaceId, query }),
      },
    };
    const { limit, search } = await measureCosts(world, ways, { width: 32, rounds: 3, seconds: 4 * effort });
    await bare.stop();
    const what = `a ${name} word`;
    yield {
      what: `${what}, relative to node:http and the driver`,
      value: search.perSecond / limit.perSecond,
      unit: "×",
      note: `${describeCost(search)}; the baseline: ${describeCost(limit)}`,
    };
    yield { what, value: search.perSecond, unit: "/s", target: { atLeast } };
    yield { what: "  CPU of the server", value: search.server / 1000, unit: "ms", target: { atMost: 0.7 } };
    yield { what: "  CPU of PostgreSQL", value: search.postgres / 1000, unit: "ms", target: { atMost: 2 } };
  }
  await Promise.all(opened.map((socket) => socket.close()));
}
