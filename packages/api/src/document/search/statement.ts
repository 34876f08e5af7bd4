import { languages } from "@mdreader/contract";
import { type SQL, sql, type SQLWrapper } from "drizzle-orm";

import type { Position } from "./position.ts";
import type { Terms } from "./terms.ts";

/** As many hits of the words are ranked. Ranking reads all words of a document, which costs more than finding it. */
const ranked = 500;

/** As many documents are looked through before the index is asked for a substring, and as many bytes of them. */
const looked = { documents: 200, bytes: 1_000_000 };

/** Characters of a text that are searched for the place to show, and of the part that is shown. */
const shown = { searched: 200_000, before: 300, length: 4000 };

export interface Search {
  /** The workspace, and where in the hits the page begins. */
  workspaceId: SQLWrapper;
  from: Position;
  /** Hits wanted at most. */
  limit: number;
  query: string;
  terms: Terms | null;
}

/**
 * One statement that finds a page of hits, in this order:
 *
 * - documents with all words of the query, each looked for in the language of the document, by rank: those with all words
 *   in the title first. Of more than 500, those with the words in the title and then the newest are ranked; the others
 *   follow (rank 0).
 * - documents with all terms of the query somewhere in the title (rank -1), then somewhere in title and text (rank -2),
 *   newest first. They are only looked for where the words don't fill the page.
 *
 * Each part is `materialized`, or fenced in by `offset 0`: so the steps are what they look like, whatever the planner
 * believes about words and patterns that it can't see when it plans.
 */
export function hits({ workspaceId, from, limit, query, terms }: Search): SQL {
  const live = sql`d.workspace_id = ${workspaceId} and d.deleted_at is null`;
  const page =
    terms === null
      ? sql`select * from words`
      : sql`
    select * from words union all select * from titles union all select * from recent union all select * from older`;
  return sql`
    with languages as materialized (
      select language, search_query(language, ${query}) as query,
        array_to_string(tsvector_to_array(document_search_vector(language, ${query}, '')), '|') as stems
      from unnest(${arrayOf(languages)}) as l (language)
      where exists (select from documents d where ${live} and d.search_language = l.language)
    ), found as materialized (
      select d.id, d.in_title, l.query
      from languages l cross join lateral (
        select d.id, d.search_title @@ l.query as in_title
        from documents d
        where ${live} and d.search_language = l.language and d.search_vector @@ l.query
        offset 0
      ) d
      where numnode(l.query) > 0
    ), floor as materialized (
      ${floor(from)}
    ), words as materialized (
      select id, rank from (
        select f.id, d.rank
        from found f left join floor on true cross join lateral (
          select ${rank(sql`f.in_title`, sql`f.query`)} as rank from documents d where d.id = f.id offset 0
        ) d
        where ${from.rank} > 0 and (floor.id is null or (f.in_title, f.id) >= (floor.in_title, floor.id))
        union all
        select f.id, 0 from found f join floor on (f.in_title, f.id) < (floor.in_title, floor.id)
      ) ranked
      where (rank, id) < (${from.rank}::integer, ${from.id}::uuid)
      order by rank desc, id desc
      limit ${limit}
    )${terms === null ? sql`` : substrings(live, terms, from, limit)}
    , page as materialized (
      select id, rank from (${page}) hits order by rank desc, id desc limit ${limit}
    )
    select
      page.id, page.rank, part.text,
      case when page.rank >= 0 then search_highlight(l.language, d.title, l.query) end as marked_title,
      case when page.rank >= 0 then search_highlight(l.language, part.text, l.query) end as marked_text,
      floor.in_title as floor_in_title, floor.id as floor_id
    from page
    join documents d on d.id = page.id
    join languages l on l.language = d.search_language
    left join floor on true
    cross join lateral (
      select substr(d.content, greatest(1, ${place(terms)} - ${shown.before}), ${shown.length}) as text
    ) part`;
}

/**
 * The last hit of the words that is ranked, if there are more than that. Later pages go on with the first page's, so that
 * what is written meanwhile moves no hit from one page to another.
 */
function floor({ floor: known }: Position): SQL {
  if (known === undefined) {
    return sql`select in_title, id from found order by in_title desc, id desc offset ${ranked - 1} limit 1`;
  }
  if (known === null) return sql`select false as in_title, null::uuid as id where false`;
  return sql`select ${known.inTitle}::boolean as in_title, ${known.id}::uuid as id`;
}

/**
 * A positive integer, since those compare exactly: millionths of Postgres' rank, which is below 1. All words in the title
 * are worth more than any text, and more still in a short title.
 */
const rank = (inTitle: SQL, query: SQL) => sql`
  1 + round(1e6 * (
    ts_rank('{0.1, 0.1, 0.2, 1}', d.search_vector, ${query})
    + case when ${inTitle} then 1 + ts_rank(d.search_title, ${query}, 2) else 0 end
  ))::integer`;

/** Hits of the terms, as far as the page has room. None of them is a hit of the words. */
function substrings(live: SQL, terms: Terms, from: Position, limit: number): SQL {
  const title = sql`d.title`;
  const whole = sql`(d.title || E'\\n' || d.content)`;
  const inPairs = terms.pairs.length === 0 ? sql`` : sql`d.search_pairs @> ${arrayOf(terms.pairs)} and`;
  const others = (rank: number) => sql`
    (${rank}, d.id) < (${from.rank}::integer, ${from.id}::uuid)
    and d.id not in (select id from found)`;
  return sql`
    , titles as materialized (
      select id, -1 as rank from (
        select d.id from documents d
        where ${live} and ${inPairs} ${matches(title, terms)} and ${others(-1)}
        offset 0
      ) d
      order by id desc
      limit ${limit} - (select count(*) from words)
    ), newest as materialized (
      -- Frequent substrings fill the page from here: the index would have all their documents read.
      select id from (
        select id, sum(size) over (order by id desc) - size as bytes_before from (
          select d.id, d.size from documents d
          where ${live} and (-2, d.id) < (${from.rank}::integer, ${from.id}::uuid)
          order by d.id desc
          limit ${looked.documents}
        ) d
      ) d
      where bytes_before < ${looked.bytes}
    ), recent as materialized (
      select d.id, -2 as rank
      from newest cross join lateral (
        select d.id from documents d
        where d.id = newest.id and ${matches(whole, terms)} and not (${matches(title, terms)}) and ${others(-2)}
        offset 0
      ) d
      order by d.id desc
      limit ${limit} - (select count(*) from words) - (select count(*) from titles)
    ), older as materialized (
      select id, -2 as rank from (
        select d.id from documents d
        where ${live} and ${inPairs} ${matches(whole, terms)} and not (${matches(title, terms)}) and ${others(-2)}
          and (0, d.id) < (0, (select id from newest order by id limit 1))
        offset 0
      ) d
      order by id desc
      limit ${limit} - (select count(*) from words) - (select count(*) from titles) - (select count(*) from recent)
    )`;
}

/** Whether all terms occur in `text`: first that which the index can look up. */
function matches(text: SQL, { patterns, indexed, caseless }: Terms): SQL {
  const like = sql.raw(caseless ? "like" : "ilike");
  const looked = indexed ? patterns.slice(0, 1) : [];
  const rest = patterns.slice(looked.length);
  return sql.join(
    [
      ...looked.map((pattern) => sql`${text} ${like} ${pattern}`),
      ...(rest.length === 0 ? [] : [sql`${text} ${like} all (${arrayOf(rest)})`]),
    ],
    sql` and `,
  );
}

/** Where in a document's text a part to show begins, in characters from 1: at the first match, as far as can be told. */
function place(terms: Terms | null): SQL {
  const text = sql`left(d.content, ${shown.searched})`;
  // Stems are the beginnings of words, but for "happi".
  const stems = sql`regexp_replace(l.stems, 'i(?=\\||$)', '[iy]', 'g')`;
  return sql`case
    when d.size <= ${shown.length} then 1
    when page.rank >= 0 then regexp_instr(unaccent(${text}), '\\m(' || ${stems} || ')', 1, 1, 0, 'i')
    else position(${terms?.longest ?? ""} in lower(${text}))
  end`;
}

const arrayOf = (items: readonly string[]): SQL => sql`${sql.param(items)}::text[]`;
