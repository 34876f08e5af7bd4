import { languages } from "@mdreader/contract";
import { type SQL, sql, type SQLWrapper } from "drizzle-orm";

import type { Position } from "./position.ts";
import { selectSubstringMatches } from "./substrings.ts";
import type { Terms } from "./terms.ts";

/** Maximum number of ranked word hits. Ranking reads all words of a document, which costs more than finding it. */
const ranked = 500;

/** Weights of words in the text (third) and in the title (fourth). */
const weights = sql`'{0.1, 0.1, 0.2, 1}'::real[]`;

/** Characters of a text that are searched for stems to find an excerpt, and the size of the excerpt. */
const visibleColumns = { searched: 200_000, before: 300, length: 4000 };

export interface Search {
  workspaceId: SQLWrapper;
  /** The position at which the page starts, and its maximum size. */
  from: Position;
  limit: number;
  query: string;
  terms: Terms | null;
}

/**
 * Selects a page of hits, in this order:
 *
 * - Documents with all words of the query, each matched in the language of the document, by rank: those with all
 *   words in the title first. If there are more than 500, those with the words in the title, then the newest, are
 *   ranked. The others follow (rank 0), newest first.
 * - Documents with all terms of the query anywhere in the title (rank -1), then anywhere in title and text (rank
 *   -2), newest first.
 *
 * Each tier is searched only as far as the tiers before it leave room on the page. Each step is `materialized`, or
 * fenced by `offset 0`, to be executed as written: the planner cannot estimate words and patterns when it plans for
 * all of them.
 */
export function selectHits({ workspaceId, from, limit, query, terms }: Search): SQL {
  const live = sql`d.workspace_id = ${workspaceId} and d.deleted_at is null`;
  // The same condition for the search indexes.
  const indexed = sql`array[d.workspace_id] @> array[${workspaceId}] and d.deleted_at is null`;
  const after = (rank: SQL) => sql`(${rank}, d.id) < (${from.rank}::integer, ${from.id}::uuid)`;
  return sql`
    with languages as materialized (
      select language, search_query(language, ${query}, true) as query, search_query(language, ${query}, false) as whole,
        array_to_string(tsvector_to_array(document_search_vector(language, ${query}, '')), '|') as stems
      from unnest(${sql.param(languages)}::text[]) as l (language)
      where exists (select from documents d where ${live} and d.search_language = l.language)
    ), found as materialized (
      select d.id, d.in_title, l.language
      from languages l cross join lateral (
        select d.id, d.search_title @@ l.query as in_title
        from documents d
        where ${indexed} and array[d.search_language] @> array[l.language] and search_costly(d.search_vector) @@ l.query
        offset 0
      ) d
      where numnode(l.query) > 0
    ), floor as materialized (
      ${rankFloor(from)}
    ), ranked as materialized (
      select d.id, d.rank
      from found join languages l using (language) cross join lateral (
        select d.id, ${rank} as rank
        from documents d
        where d.id = found.id
        offset 0
      ) d
      where (found.in_title, found.id) >= (select in_title, id from floor) and ${after(sql`d.rank`)}
      order by d.rank desc, d.id desc
      limit ${limit}
    ), unranked as materialized (
      select d.id, 0 as rank
      from found d
      where (d.in_title, d.id) < (select in_title, id from floor) and ${after(sql`0`)}
      order by d.id desc
      limit ${limit} - (select count(*) from ranked)
    ), words as materialized (
      select * from ranked union all select * from unranked
    ), ${terms === null ? sql`page as (select * from words)` : selectSubstringMatches(terms, { live, indexed, from, after, limit })}
    select
      page.id, page.rank, part.text,
      case when page.rank >= 0 then search_highlight(l.language, d.title, l.query) end as marked_title,
      case when page.rank >= 0 then search_highlight(l.language, part.text, l.query) end as marked_text,
      floor.in_title as floor_in_title, floor.id as floor_id
    from page
    join documents d on d.id = page.id
    join languages l on l.language = d.search_language
    cross join floor
    cross join lateral (
      select substr(d.content, greatest(1, ${sortPosition(terms)} - ${visibleColumns.before}), ${visibleColumns.length}) as text
    ) part`;
}

/**
 * Selects the last ranked word hit, or a position before all hits if all are ranked. Later pages reuse the first
 * page's, so that concurrent edits do not move hits between pages.
 */
function rankFloor({ floor: known }: Position): SQL {
  if (known !== undefined) return sql`select ${known.inTitle}::boolean as in_title, ${known.id}::uuid as id`;
  // Counted from the end: hits are found in roughly this order, and nearly sorted input sorts fastest.
  return sql`
    (select in_title, id from found
      where (select count(*) from found) >= ${ranked}
      order by in_title, id offset greatest(0, (select count(*) from found) - ${ranked}) limit 1)
    union all select false, '00000000-0000-0000-0000-000000000000'
    limit 1`;
}

/**
 * A positive integer, because integers compare exactly: millionths of Postgres' rank, which is at most 1. Whole
 * words count twice as much as prefixes. All words in the title outrank any text, and short titles rank highest.
 */
const rank = sql`
  1 + round(1e6 * (
    ts_rank(${weights}, d.search_vector, l.whole) * 2 / 3 + ts_rank(${weights}, d.search_vector, l.query) / 3
    + case when found.in_title then 1 + ts_rank(d.search_title, l.query, 2) else 0 end
  ))::integer`;

/** Estimates the position of the first match in a text, in characters from 1; 0 for none. */
function sortPosition(terms: Terms | null): SQL {
  // Stems are prefixes of words, except for those like "happi".
  const stems = sql`regexp_replace(l.stems, 'i(?=\\||$)', '[iy]', 'g')`;
  return sql`case
    when d.size <= ${visibleColumns.length} then 0
    else coalesce(
      case when page.rank >= 0 then
        nullif(regexp_instr(unaccent(left(d.content, ${visibleColumns.searched})), '\\m(' || ${stems} || ')', 1, 1, 0, 'i'), 0)
      end,
      position(lower(${terms?.longest ?? ""}) in lower(d.content))
    )
  end`;
}
