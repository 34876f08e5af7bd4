import { type SQL, sql } from "drizzle-orm";

import { type Position, firstPosition } from "./position.ts";
import type { Terms } from "./terms.ts";

/** Number of the newest documents, and bytes of their texts, that are scanned before the index is used. */
const scannedRows = { documents: 200, bytes: 1_000_000 };

export interface SearchWindow {
  /** Whether document `d` is in the workspace and not in the trash. */
  live: SQL;
  /** The same condition for steps that use the search indexes. */
  indexed: SQL;
  /** The position at which the page starts. */
  from: Position;
  /** Whether document `d`, with a rank, is on this page or a later one. */
  after: (rank: SQL) => SQL;
  /** Maximum number of hits on the page. */
  limit: number;
}

/** Builds the steps after `words` up to `page`: hits of the terms that are not hits of the words. */
export function selectSubstringMatches(
  terms: Terms,
  { live, indexed, from, after, limit }: SearchWindow,
): SQL {
  const inTitle = matches(sql`search_costly(d.title)`, terms);
  const inWhole = matches(sql`search_costly(d.title || E'\\n' || d.content)`, terms);
  const withPairs =
    terms.pairs.length === 0
      ? indexed
      : sql`${indexed} and d.search_pairs @> ${sql.param(terms.pairs)}::text[]`;
  const hasNoWords = sql`d.id not in (select id from found)`;
  const isOther = sql`not (${inTitle}) and ${hasNoWords} and ${after(sql`-2`)}`;
  return sql`
    titles as materialized (
      select id, -1 as rank
      from (
        select d.id from documents d
        where ${withPairs} and ${inTitle} and ${hasNoWords} and ${after(sql`-1`)}
        offset 0
      ) d
      order by id desc
      limit ${limit} - (select count(*) from words)
    ), newest as materialized (
      -- What occurs in many documents fills the page from here; through the index, the texts of all would be read.
      select id
      from (
        select d.id, sum(d.size) over (order by d.id desc) - d.size as bytes_before
        from (
          select d.id, d.size from documents d
          where ${live} and d.id < ${from.rank > -2 ? firstPosition.id : from.id}
          order by d.id desc
          limit ${scannedRows.documents}
        ) d
      ) d
      where bytes_before < ${scannedRows.bytes}
    ), recent as materialized (
      select d.id, -2 as rank
      from newest cross join lateral (
        select d.id from documents d
        where d.id = newest.id and ${inWhole} and ${isOther}
        offset 0
      ) d
      order by d.id desc
      limit ${limit} - (select count(*) from words) - (select count(*) from titles)
    ), older as materialized (
      select id, -2 as rank
      from (
        select d.id from documents d
        where ${withPairs} and ${inWhole} and ${isOther}
          -- As rows, so that the index of ids seems of no use.
          and (0, d.id) < (0, (select id from newest order by id limit 1))
        offset 0
      ) d
      order by id desc
      limit ${limit} - (select count(*) from words) - (select count(*) from titles) - (select count(*) from recent)
    ), page as (
      select * from words
      union all select * from titles
      union all select * from recent
      union all select * from older
    )`;
}

/** Whether all terms occur in `text`. Checks the indexed term first. */
function matches(text: SQL, { patterns, indexed, caseless }: Terms): SQL {
  const like = sql.raw(caseless ? "like" : "ilike");
  const [first, ...others] = patterns;
  const rest = indexed ? others : patterns;
  const conditions = [
    ...(indexed ? [sql`${text} ${like} ${first}`] : []),
    ...(rest.length > 0 ? [sql`${text} ${like} all (${sql.param(rest)}::text[])`] : []),
  ];
  return sql.join(conditions, sql` and `);
}
