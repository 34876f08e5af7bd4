import { languages } from "@mdreader/contract";
import { type SQL, sql, type SQLWrapper } from "drizzle-orm";

import type { Position } from "./position.ts";
import { selectSubstringMatches } from "./substrings.ts";
import type { Terms } from "./terms.ts";

/** As many hits of the words are ranked. Ranking reads all words of a document, which costs more than finding it. */
const ranked = 500;

/** Of words in the text (the third) and in the title (the fourth). */
const weights = sql`'{0.1, 0.1, 0.2, 1}'::real[]`;

/** Characters of a text that are searched for stems, to find the part to show, and of that part. */
const visibleColumns = { searched: 200_000, before: 300, length: 4000 };

export interface Search {
  workspaceId: SQLWrapper;
  /** Where in the hits the page begins, and how many there are on it at most. */
  from: Position;
  limit: number;
  query: string;
  terms: Terms | null;
}

/**
 * Finds a page of hits, in this order:
 *
 * - documents with all words of the query, each looked for in the language of the document, by rank: those with all words
 *   in the title first. Of more than 500, those with the words in the title and then the newest are ranked; the others
 *   follow (rank 0), newest first.
 * - documents with all terms of the query somewhere in the title (rank -1), then somewhere in title and text (rank -2),
 *   newest first.
 *
 * Each tier is looked for only as far as those before it leave room on the page. Each step is `materialized`, or fenced
 * in by `offset 0`: so it is done as it is written, whatever the planner believes about words and patterns, which it
 * can't see when it plans for all of them.
 */
export function selectHits({ workspaceId, from, limit, query, terms }: Search): SQL {
  const live = sql`d.workspace_id = ${workspaceId} and d.deleted_at is null`;
  // The same, as the search indexes have it.
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
 * The last word hit that is ranked; what comes before all hits, where all are. Later pages keep to the first page's, so
 * that what is written meanwhile moves no hit from one page to another.
 */
function rankFloor({ floor: known }: Position): SQL {
  if (known !== undefined) return sql`select ${known.inTitle}::boolean as in_title, ${known.id}::uuid as id`;
  // Counted from the end, since they are found about in this order, and what is nearly sorted is sorted soonest.
  return sql`
    (select in_title, id from found
      where (select count(*) from found) >= ${ranked}
      order by in_title, id offset greatest(0, (select count(*) from found) - ${ranked}) limit 1)
    union all select false, '00000000-0000-0000-0000-000000000000'
    limit 1`;
}

/**
 * A positive integer, since those compare exactly: millionths of Postgres' rank, which is at most 1. Whole words count
 * twice as much as beginnings; all words in the title are worth more than any text, and most in a short title.
 */
const rank = sql`
  1 + round(1e6 * (
    ts_rank(${weights}, d.search_vector, l.whole) * 2 / 3 + ts_rank(${weights}, d.search_vector, l.query) / 3
    + case when found.in_title then 1 + ts_rank(d.search_title, l.query, 2) else 0 end
  ))::integer`;

/** Where in a document's text the first match is, as far as can be told, in characters from 1; 0 for nowhere. */
function sortPosition(terms: Terms | null): SQL {
  // Stems are the beginnings of words, but for "happi".
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
