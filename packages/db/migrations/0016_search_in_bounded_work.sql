-- Search in bounded work. `search_tokens` takes the place of `search_pairs`: it has words with symbols in them too, such as
-- "max_connections", and pairs of characters of all scripts without blanks between words. `search_title` has the words of a
-- title unchanged too, so that a title of words too common to be indexed is found, and is indexed itself.
DROP INDEX "documents_search_idx";
--> statement-breakpoint
DROP FUNCTION search_highlight;
--> statement-breakpoint
ALTER TABLE "documents" RENAME COLUMN "search_pairs" TO "search_tokens";
--> statement-breakpoint
-- As before, but soft hyphens separate no words.
CREATE OR REPLACE FUNCTION search_words(content text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(
    replace(content, U&'\00AD', ''),
    '[\u0001-/:-@\[-`{-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u00D7\u00F7\u2000-\u2BFF\u2E00-\u2E7F'
      '\u3000-\u3004\u3008-\u3020\u3030\u30FB\uFE30-\uFE6F\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65'
      '\uFFFD\U0001F000-\U0001FAFF]+',
    ' ',
    'g'
  )
$$;
--> statement-breakpoint
UPDATE "documents" SET "title" = "title" WHERE "title" || "content" LIKE U&'%\00AD%';
--> statement-breakpoint
CREATE FUNCTION search_title_vector(language text, title text) RETURNS tsvector
LANGUAGE sql IMMUTABLE AS $$
  SELECT public.document_search_vector(language, title, '')
    || to_tsvector('public.search_simple', public.search_words(title))
$$;
--> statement-breakpoint
ALTER TABLE "documents" DROP COLUMN "search_title";
--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "search_title" "tsvector"
  GENERATED ALWAYS AS (search_title_vector(search_language, title)) STORED;
--> statement-breakpoint
-- The tokens of existing documents, as the application computes them from now on.
UPDATE "documents" d SET "search_tokens" = d."search_tokens" || found.tokens
FROM (
  SELECT t.id, array_agg(DISTINCT t.token) AS tokens
  FROM (
    SELECT d.id, trimmed.token
    FROM "documents" d
    CROSS JOIN regexp_matches(
      lower(replace(d."title" || E'\n' || d."content", U&'\00AD', '')), '[[:alnum:]._+#]+', 'g') AS run
    CROSS JOIN regexp_replace(run[1], '^[._+#]+|[._]+$', '', 'g') AS trimmed (token)
    WHERE length(run[1]) <= 64 AND trimmed.token ~ '[._+#]'
    UNION ALL
    SELECT d.id, substr(run[1], n, 2)
    FROM "documents" d
    CROSS JOIN regexp_matches(
      lower(replace(d."title" || E'\n' || d."content", U&'\00AD', '')),
      '[[:alnum:]\u0E00-\u109F\u1780-\u17FF\u1950-\u19DF\u1A20-\u1AAF\u1B00-\u1B7F\uA000-\uA4CF\uA980-\uA9DF]*[\u0E00-\u109F\u1780-\u17FF\u1950-\u19DF\u1A20-\u1AAF\u1B00-\u1B7F\uA000-\uA4CF\uA980-\uA9DF][[:alnum:]\u0E00-\u109F\u1780-\u17FF\u1950-\u19DF\u1A20-\u1AAF\u1B00-\u1B7F\uA000-\uA4CF\uA980-\uA9DF]*', 'g') AS run
    CROSS JOIN generate_series(1, length(run[1]) - 1) AS n
    WHERE substr(run[1], n, 2) ~ '[\u0E00-\u109F\u1780-\u17FF\u1950-\u19DF\u1A20-\u1AAF\u1B00-\u1B7F\uA000-\uA4CF\uA980-\uA9DF]'
  ) t
  GROUP BY t.id
) found
WHERE found.id = d.id;
--> statement-breakpoint
CREATE INDEX "documents_search_idx" ON "documents" USING gin ((array["workspace_id"]),(array["search_language"]),search_costly("search_vector"),search_costly("search_title"),"search_tokens",search_costly("title") gin_trgm_ops,search_costly("title" || E'\n' || "content") gin_trgm_ops) WITH (gin_pending_list_limit=512) WHERE "documents"."deleted_at" is null;
--> statement-breakpoint
-- What a search looks for in the documents of a workspace.
CREATE TYPE search_terms AS (
  workspace_id uuid,
  -- The query in lowercase.
  query text,
  -- The languages of the workspace's documents, and for each: all words of the query, the last as a prefix; whole words
  -- only; all words that a title may have, including those too common to be indexed. Null if there are none.
  languages text[],
  words tsquery[],
  whole_words tsquery[],
  title_words tsquery[],
  -- Words with symbols in them, such as "max_connections".
  identifiers text[],
  -- Patterns of substrings, and the bigrams that they contain. No patterns if substrings are not searched.
  patterns text[],
  bigrams text[]
);
--> statement-breakpoint
-- Whether a document has all words of a query.
CREATE FUNCTION search_matches_words(vector tsvector, title_vector tsvector, words tsquery, title_words tsquery)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(vector @@ words, false) OR coalesce(title_vector @@ title_words, false)
$$;
--> statement-breakpoint
-- The rank of a document with all words of a query, a positive integer, because integers compare exactly. A title that
-- equals the query outranks an identifier, which outranks words in the title, which outrank words in the text. Whole words
-- count twice as much as prefixes, and short titles rank higher. Weights are of words in the text (third) and in the title
-- (fourth).
CREATE FUNCTION search_rank(
  title text, vector tsvector, title_vector tsvector, tokens text[],
  query text, identifiers text[], words tsquery, whole_words tsquery, title_words tsquery
) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT 1 + round(1e6 * (
    coalesce(
      ts_rank('{0.1, 0.1, 0.2, 1}', vector, whole_words) * 2 / 3 + ts_rank('{0.1, 0.1, 0.2, 1}', vector, words) / 3, 0)
    + CASE WHEN lower(title) = query THEN 8 ELSE 0 END
    + CASE WHEN identifiers <> '{}' AND tokens @> identifiers THEN 3 ELSE 0 END
    + CASE WHEN title_vector @@ title_words
        THEN 1 + ts_rank('{0.1, 0.1, 0.2, 1}', title_vector, title_words, 2) ELSE 0 END
  ))::integer
$$;
--> statement-breakpoint
-- The newest documents with all words of a query, in their titles or anywhere. If the words are
-- common, the newest documents are examined one by one, which stops early; otherwise, and for the rest, the index finds them.
-- So a common word costs what the page needs, and a rare one what its few documents need. The workspace is part of the
-- order: otherwise Postgres may read the documents of all workspaces by their IDs.
CREATE FUNCTION search_newest_words(
  terms search_terms, in_title boolean, is_common boolean, below uuid, above uuid, excluded uuid[],
  most integer, OUT id uuid, OUT rank integer
) RETURNS SETOF record LANGUAGE plpgsql STABLE AS $$
DECLARE
  examined CONSTANT integer := 2000;
  rest uuid := below;
  found integer := 0;
BEGIN
  IF is_common THEN
    RETURN QUERY
      SELECT d.id, search_rank(
        d.title, d.search_vector, d.search_title, d.search_tokens,
        terms.query, terms.identifiers, terms.words[l.n], terms.whole_words[l.n], terms.title_words[l.n])
      FROM (
        SELECT * FROM documents d
        WHERE (d.workspace_id, d.id) < (terms.workspace_id, below) AND (d.workspace_id, d.id) >= (terms.workspace_id, above)
          AND d.deleted_at IS NULL
        ORDER BY d.workspace_id DESC, d.id DESC LIMIT examined
      ) d CROSS JOIN array_position(terms.languages, d.search_language) AS l (n)
      WHERE CASE WHEN in_title THEN d.search_title @@ terms.title_words[l.n] ELSE d.search_vector @@ terms.words[l.n] END
        AND d.id <> ALL (excluded)
      ORDER BY d.workspace_id DESC, d.id DESC LIMIT most;
    GET DIAGNOSTICS found = ROW_COUNT;
    IF found = most THEN RETURN; END IF;
    rest := (
      SELECT d.id FROM documents d
      WHERE (d.workspace_id, d.id) < (terms.workspace_id, below) AND (d.workspace_id, d.id) >= (terms.workspace_id, above)
        AND d.deleted_at IS NULL
      ORDER BY d.workspace_id DESC, d.id DESC OFFSET examined - 1 LIMIT 1
    );
    IF rest IS NULL THEN RETURN; END IF;
  END IF;
  IF in_title THEN
    RETURN QUERY
      SELECT d.id, search_rank(
        d.title, d.search_vector, d.search_title, d.search_tokens,
        terms.query, terms.identifiers, d.words, d.whole_words, d.title_words)
      FROM (
        SELECT d.*, l.* FROM
          unnest(terms.languages, terms.words, terms.whole_words, terms.title_words) AS l (language, words, whole_words, title_words)
          CROSS JOIN LATERAL (
            SELECT * FROM documents d
            WHERE array[d.workspace_id] @> array[terms.workspace_id] AND d.deleted_at IS NULL
              AND array[d.search_language] @> array[l.language] AND search_costly(d.search_title) @@ l.title_words
            OFFSET 0
          ) d
        WHERE d.id < rest AND d.id >= above AND d.id <> ALL (excluded)
        ORDER BY d.id DESC LIMIT most - found
      ) d;
  ELSE
    RETURN QUERY
      SELECT d.id, search_rank(
        d.title, d.search_vector, d.search_title, d.search_tokens,
        terms.query, terms.identifiers, d.words, d.whole_words, d.title_words)
      FROM (
        SELECT d.*, l.* FROM
          unnest(terms.languages, terms.words, terms.whole_words, terms.title_words) AS l (language, words, whole_words, title_words)
          CROSS JOIN LATERAL (
            SELECT * FROM documents d
            WHERE array[d.workspace_id] @> array[terms.workspace_id] AND d.deleted_at IS NULL
              AND array[d.search_language] @> array[l.language] AND search_costly(d.search_vector) @@ l.words
            OFFSET 0
          ) d
        WHERE d.id < rest AND d.id >= above AND d.id <> ALL (excluded)
        ORDER BY d.id DESC LIMIT most - found
      ) d;
  END IF;
END
$$;
--> statement-breakpoint
-- The newest documents with all words of a query and all its identifiers, of which there must be one.
CREATE FUNCTION search_newest_identifiers(terms search_terms, above uuid, most integer, OUT id uuid, OUT rank integer)
RETURNS SETOF record LANGUAGE sql STABLE AS $$
  SELECT d.id, search_rank(
    d.title, d.search_vector, d.search_title, d.search_tokens,
    terms.query, terms.identifiers, terms.words[l.n], terms.whole_words[l.n], terms.title_words[l.n])
  FROM (
    SELECT * FROM documents d
    WHERE array[d.workspace_id] @> array[terms.workspace_id] AND d.deleted_at IS NULL
      AND d.search_tokens @> terms.identifiers
    OFFSET 0
  ) d CROSS JOIN array_position(terms.languages, d.search_language) AS l (n)
  WHERE d.id >= above AND d.search_vector @@ terms.words[l.n]
  ORDER BY d.id DESC LIMIT most
$$;
--> statement-breakpoint
-- The newest documents that contain all substrings, in their titles, or in title and text but not in the title alone.
-- Documents that have all words of the query are left out. They are found like words, through pairs of characters or
-- trigrams. Without either, as for symbols, all documents are examined: the index would read all of its entries.
CREATE FUNCTION search_newest_substrings(
  terms search_terms, in_title boolean, is_common boolean, below uuid, most integer
) RETURNS SETOF uuid LANGUAGE plpgsql STABLE AS $$
DECLARE
  is_indexed CONSTANT boolean := terms.bigrams <> '{}' OR terms.patterns[1] ~ '[[:alnum:]]{3}';
  examined CONSTANT integer := CASE WHEN is_indexed THEN 400 ELSE 1000000000 END;
  rest uuid := below;
  found integer := 0;
BEGIN
  IF is_common OR NOT is_indexed THEN
    RETURN QUERY
      SELECT d.id
      FROM (
        SELECT * FROM documents d
        WHERE (d.workspace_id, d.id) < (terms.workspace_id, below) AND d.workspace_id >= terms.workspace_id
          AND d.deleted_at IS NULL
        ORDER BY d.workspace_id DESC, d.id DESC LIMIT examined
      ) d CROSS JOIN array_position(terms.languages, d.search_language) AS l (n)
      WHERE CASE
        WHEN search_matches_words(d.search_vector, d.search_title, terms.words[l.n], terms.title_words[l.n]) THEN false
        WHEN d.title ILIKE ALL (terms.patterns) THEN in_title
        ELSE NOT in_title AND d.title || E'\n' || d.content ILIKE ALL (terms.patterns)
      END
      ORDER BY d.workspace_id DESC, d.id DESC LIMIT most;
    GET DIAGNOSTICS found = ROW_COUNT;
    IF found = most THEN RETURN; END IF;
    rest := (
      SELECT d.id FROM documents d
      WHERE (d.workspace_id, d.id) < (terms.workspace_id, below) AND d.workspace_id >= terms.workspace_id
        AND d.deleted_at IS NULL
      ORDER BY d.workspace_id DESC, d.id DESC OFFSET examined - 1 LIMIT 1
    );
    IF rest IS NULL THEN RETURN; END IF;
  END IF;
  IF terms.bigrams <> '{}' THEN
    RETURN QUERY
      SELECT d.id
      FROM (
        SELECT * FROM documents d
        WHERE array[d.workspace_id] @> array[terms.workspace_id] AND d.deleted_at IS NULL
          AND d.search_tokens @> terms.bigrams
        OFFSET 0
      ) d CROSS JOIN array_position(terms.languages, d.search_language) AS l (n)
      WHERE d.id < rest AND CASE
        WHEN search_matches_words(d.search_vector, d.search_title, terms.words[l.n], terms.title_words[l.n]) THEN false
        WHEN d.title ILIKE ALL (terms.patterns) THEN in_title
        ELSE NOT in_title AND d.title || E'\n' || d.content ILIKE ALL (terms.patterns)
      END
      ORDER BY d.id DESC LIMIT most - found;
  ELSIF in_title THEN
    RETURN QUERY
      SELECT d.id
      FROM (
        SELECT * FROM documents d
        WHERE array[d.workspace_id] @> array[terms.workspace_id] AND d.deleted_at IS NULL
          AND search_costly(d.title) ILIKE terms.patterns[1]
        OFFSET 0
      ) d CROSS JOIN array_position(terms.languages, d.search_language) AS l (n)
      WHERE d.id < rest AND CASE
        WHEN search_matches_words(d.search_vector, d.search_title, terms.words[l.n], terms.title_words[l.n]) THEN false
        WHEN d.title ILIKE ALL (terms.patterns) THEN in_title
        ELSE NOT in_title AND d.title || E'\n' || d.content ILIKE ALL (terms.patterns)
      END
      ORDER BY d.id DESC LIMIT most - found;
  ELSE
    RETURN QUERY
      SELECT d.id
      FROM (
        SELECT * FROM documents d
        WHERE array[d.workspace_id] @> array[terms.workspace_id] AND d.deleted_at IS NULL
          AND search_costly(d.title || E'\n' || d.content) ILIKE terms.patterns[1]
        OFFSET 0
      ) d CROSS JOIN array_position(terms.languages, d.search_language) AS l (n)
      WHERE d.id < rest AND CASE
        WHEN search_matches_words(d.search_vector, d.search_title, terms.words[l.n], terms.title_words[l.n]) THEN false
        WHEN d.title ILIKE ALL (terms.patterns) THEN in_title
        ELSE NOT in_title AND d.title || E'\n' || d.content ILIKE ALL (terms.patterns)
      END
      ORDER BY d.id DESC LIMIT most - found;
  END IF;
END
$$;
--> statement-breakpoint
-- Documents with a word in the title that resembles each word of a query, most similar first: for typing errors.
CREATE FUNCTION search_similar_titles(workspace uuid, query text, longest text, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SET pg_trgm.word_similarity_threshold = 0.45 AS $$
  SELECT d.id FROM documents d
  WHERE array[d.workspace_id] @> array[workspace] AND d.deleted_at IS NULL AND search_costly(d.title) %> longest
    AND NOT EXISTS (
      SELECT FROM regexp_split_to_table(query, '\s+') AS word WHERE length(word) > 2 AND NOT d.title %> word
    )
  ORDER BY word_similarity(query, d.title) DESC, d.id DESC LIMIT most
$$;
--> statement-breakpoint
-- The position at which an excerpt of a text starts: a little before the first stem or substring, in characters from 1.
CREATE FUNCTION search_excerpt_start(content text, stems text[], longest text) RETURNS integer
LANGUAGE sql STABLE AS $$
  SELECT greatest(1, -300 + coalesce(
    nullif(regexp_instr(
      unaccent(left(content, 200000)),
      -- Stems are prefixes of words, except for those like "happi".
      '\m(' || regexp_replace(array_to_string(stems, '|'), 'i(?=\||$)', '[iy]', 'g') || ')', 1, 1, 0, 'i'
    ), 0),
    position(lower(longest) in lower(content))
  ))
$$;
--> statement-breakpoint
-- A page of the documents that a query finds in a workspace, best first:
--
-- - Documents with all words of the query, each in its own language: those with all words in the title and the others, of
--   both the newest 100, by `search_rank`. The others follow (rank 0), newest first.
-- - Documents with all substrings in the title (rank -1), then in title and text (rank -2), newest first.
-- - If there are none at all, documents with a similar title (below).
--
-- `floors` are the last ranked documents of the first page, so that later pages rank the same. Finds nothing if texts lag
-- behind edits, unless `accept_stale`.
CREATE FUNCTION search_documents(
  workspace uuid, query text, identifiers text[], patterns text[], bigrams text[], longest text,
  after_rank integer, after_id uuid, known_floors uuid[], most integer, accept_stale boolean,
  OUT is_stale boolean, OUT floors uuid[], OUT stems json, OUT hits json
) LANGUAGE plpgsql STABLE
-- The newest documents are read in the order of an index, also while there are no statistics.
SET plan_cache_mode = force_generic_plan SET enable_sort = off SET enable_incremental_sort = off AS $$
DECLARE
  ranked CONSTANT integer := 100;
  lowest CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
  highest CONSTANT uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  is_first CONSTANT boolean := known_floors IS NULL;
  -- Later pages rank what the first page did, and what was written in between. A cursor can claim any floors, so the number
  -- is limited.
  limit_ranked CONSTANT integer := CASE WHEN is_first THEN ranked ELSE 1000 END;
  terms search_terms;
  sample record;
  by_title record;
  by_words record;
  by_identifiers record;
  candidates uuid[];
  ids uuid[] := '{}';
  ranks integer[] := '{}';
  more uuid[];
BEGIN
  floors := known_floors;
  hits := '[]';
  is_stale := NOT accept_stale AND EXISTS (SELECT FROM stale_documents s WHERE s.workspace_id = workspace);
  IF workspace IS NULL OR is_stale THEN
    RETURN;
  END IF;

  terms.workspace_id := workspace;
  terms.query := lower(btrim(query));
  terms.identifiers := identifiers;
  terms.patterns := patterns;
  terms.bigrams := bigrams;
  WITH RECURSIVE used (language) AS (
    (SELECT d.search_language FROM documents d WHERE d.workspace_id = workspace ORDER BY 1 LIMIT 1)
    UNION ALL
    SELECT (
      SELECT d.search_language FROM documents d
      WHERE d.workspace_id = workspace AND d.search_language > used.language ORDER BY 1 LIMIT 1
    ) FROM used WHERE used.language IS NOT NULL
  )
  SELECT
    array_agg(language), array_agg(words), array_agg(whole_words), array_agg(title_words),
    json_object_agg(language, tsvector_to_array(public.document_search_vector(language, query, '')))
  INTO terms.languages, terms.words, terms.whole_words, terms.title_words, stems
  FROM used CROSS JOIN LATERAL (
    SELECT nullif(search_query(language, query, true), '') AS words,
      search_query(language, query, false) AS whole_words,
      nullif(search_query(language, query, true) || search_query('simple', query, true), '') AS title_words
  ) l
  WHERE language IS NOT NULL;

  -- Whether a tenth of the newest documents match. All of a small workspace are examined.
  SELECT
    count(*) < 50 OR count(*) FILTER (WHERE d.search_title @@ terms.title_words[l.n]) >= 5 AS is_common_title,
    count(*) < 50 OR count(*) FILTER (WHERE d.search_vector @@ terms.words[l.n]) >= 5 AS is_common
  INTO sample
  FROM (
    SELECT d.search_language, d.search_title, d.search_vector FROM documents d
    WHERE (d.workspace_id, d.id) <= (workspace, highest) AND d.workspace_id >= workspace AND d.deleted_at IS NULL
    ORDER BY d.workspace_id DESC, d.id DESC LIMIT 50
  ) d CROSS JOIN array_position(terms.languages, d.search_language) AS l (n);
  SELECT coalesce(array_agg(n.id), '{}') AS ids, coalesce(array_agg(n.rank), '{}') AS ranks INTO by_title
  FROM search_newest_words(
    terms, true, sample.is_common_title, highest, coalesce(known_floors[1], lowest), '{}', limit_ranked) n;
  SELECT coalesce(array_agg(n.id), '{}') AS ids, coalesce(array_agg(n.rank), '{}') AS ranks INTO by_words
  FROM search_newest_words(
    terms, false, sample.is_common, highest, coalesce(known_floors[2], lowest), '{}', limit_ranked) n;
  IF identifiers <> '{}' THEN
    SELECT coalesce(array_agg(n.id), '{}') AS ids, coalesce(array_agg(n.rank), '{}') AS ranks INTO by_identifiers
    FROM search_newest_identifiers(terms, coalesce(known_floors[3], lowest), limit_ranked) n;
  ELSE
    SELECT '{}'::uuid[] AS ids, '{}'::integer[] AS ranks INTO by_identifiers;
  END IF;
  floors := coalesce(known_floors, ARRAY[
    coalesce(by_title.ids[ranked], lowest), coalesce(by_words.ids[ranked], lowest),
    coalesce(by_identifiers.ids[ranked], lowest)]);
  candidates := by_title.ids || by_words.ids || by_identifiers.ids;
  SELECT coalesce(array_agg(h.id), '{}'), coalesce(array_agg(h.rank), '{}') INTO ids, ranks
  FROM (
    SELECT DISTINCT c.id, c.rank
    FROM unnest(candidates, by_title.ranks || by_words.ranks || by_identifiers.ranks) AS c (id, rank)
    WHERE (c.rank, c.id) < (after_rank, after_id)
    ORDER BY c.rank DESC, c.id DESC LIMIT most
  ) h;

  IF cardinality(ids) < most AND after_rank >= 0 AND floors[2] > lowest THEN
    more := ARRAY(SELECT n.id FROM search_newest_words(
      terms, false, sample.is_common, CASE WHEN after_rank = 0 THEN least(after_id, floors[2]) ELSE floors[2] END, lowest, candidates,
      most - cardinality(ids)) n);
    ids := ids || more;
    ranks := ranks || array_fill(0, ARRAY[cardinality(more)]);
  END IF;
  IF cardinality(ids) < most AND patterns <> '{}' THEN
    SELECT
      count(*) < 10 OR coalesce(bool_or(d.title ILIKE ALL (patterns)), false) AS is_common_title,
      count(*) < 10 OR coalesce(bool_or(d.title || E'\n' || d.content ILIKE ALL (patterns)), false) AS is_common
    INTO sample
    FROM (
      SELECT d.title, d.content FROM documents d
      WHERE (d.workspace_id, d.id) <= (workspace, highest) AND d.workspace_id >= workspace AND d.deleted_at IS NULL
        AND d.size < 100000
      ORDER BY d.workspace_id DESC, d.id DESC LIMIT 10
    ) d;
  END IF;
  IF cardinality(ids) < most AND after_rank >= -1 AND patterns <> '{}' THEN
    more := ARRAY(SELECT search_newest_substrings(
      terms, true, sample.is_common_title, CASE WHEN after_rank = -1 THEN after_id ELSE highest END, most - cardinality(ids)));
    ids := ids || more;
    ranks := ranks || array_fill(-1, ARRAY[cardinality(more)]);
  END IF;
  IF cardinality(ids) < most AND after_rank >= -2 AND patterns <> '{}' THEN
    more := ARRAY(SELECT search_newest_substrings(
      terms, false, sample.is_common, CASE WHEN after_rank = -2 THEN after_id ELSE highest END, most - cardinality(ids)));
    ids := ids || more;
    ranks := ranks || array_fill(-2, ARRAY[cardinality(more)]);
  END IF;
  IF is_first AND ids = '{}' AND length(terms.query) >= 4 THEN
    -- One less than would show that there is a next page.
    ids := ARRAY(SELECT search_similar_titles(workspace, terms.query, longest, most - 1));
    ranks := ARRAY(SELECT -2 - n FROM generate_series(1, cardinality(ids)) n);
  END IF;

  SELECT coalesce(json_agg(json_build_object(
    'id', d.id, 'folderId', d.folder_id, 'title', d.title, 'updatedAt', d.updated_at, 'language', d.search_language,
    'rank', h.rank, 'text', CASE
      WHEN d.size <= 4000 THEN d.content
      ELSE substr(d.content, search_excerpt_start(
        d.content,
        CASE WHEN h.rank >= 0 THEN tsvector_to_array(public.document_search_vector(d.search_language, query, '')) END,
        longest
      ), 4000)
    END) ORDER BY h.rank DESC, h.id DESC), '[]') INTO hits
  FROM unnest(ids, ranks) AS h (id, rank) JOIN documents d ON d.id = h.id;
END
$$;
