-- A page of the documents that a query finds among those that filters admit: of a folder and its subfolders, created or
-- last edited by a person, changed in a period. Also serves searches whose hits come in the order of creation, newest
-- first.
--
-- The filters come first. A page belongs to a window: of the documents below `ceiling`, in the order of creation, the
-- newest 2,000 that the filters admit among 20,000. Within the window, hits come best first, as `search_documents` ranks
-- them, and pages continue after `after_rank` and `after_id`. `floor` is the last document of the window; the next one
-- begins below it, unless it is the lowest ID. So the work is bounded, and all pages together contain each hit once.
CREATE FUNCTION search_filtered_documents(
  workspace uuid, query text, identifiers text[], patterns text[], bigrams text[], grams text, longest text,
  folder uuid, author uuid, since timestamptz, until timestamptz, is_newest_first boolean,
  after_rank integer, after_id uuid, ceiling uuid, known_floor uuid, most integer, accept_stale boolean,
  OUT is_stale boolean, OUT is_foreign boolean, OUT floor uuid, OUT stems json, OUT hits json
) LANGUAGE plpgsql STABLE
-- As in `search_documents`. Indexes serve all of it, also while there are no statistics.
SET plan_cache_mode = force_generic_plan SET enable_sort = off SET enable_incremental_sort = off SET enable_seqscan = off
SET pg_trgm.word_similarity_threshold = 0.45 AS $$
DECLARE
  most_checked CONSTANT integer := 20000;
  most_admitted CONSTANT integer := 2000;
  -- In bytes: texts are read until then.
  readable CONSTANT bigint := 20000000;
  lowest CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
  highest CONSTANT uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  above CONSTANT uuid := coalesce(known_floor, lowest);
  term_query CONSTANT text := lower(btrim(query));
  bits CONSTANT bit(4096) := ('x' || grams)::bit(4096);
  inside uuid[];
  in_folder uuid[];
  admitted uuid[];
  terms search_terms;
  ids uuid[];
  ranks integer[];
BEGIN
  floor := above;
  hits := '[]';
  is_foreign := folder IS NOT NULL AND NOT EXISTS (
    SELECT FROM folders f WHERE f.id = folder AND f.workspace_id = workspace AND f.deleted_at IS NULL);
  is_stale := NOT accept_stale AND (
    EXISTS (SELECT FROM stale_documents s WHERE s.workspace_id = workspace)
    OR EXISTS (SELECT FROM document_search_queue q WHERE q.workspace_id = workspace));
  IF workspace IS NULL OR is_foreign OR is_stale THEN
    RETURN;
  END IF;

  IF folder IS NOT NULL THEN
    inside := ARRAY(
      WITH RECURSIVE below (id, depth) AS (
        SELECT folder, 1
        UNION ALL
        SELECT f.id, depth + 1 FROM below JOIN folders f ON f.parent_id = below.id
        WHERE f.deleted_at IS NULL AND depth <= 33
      )
      SELECT id FROM below);
    -- Of a large folder, the newest documents are found as those of a workspace are. A folder's contents are in its
    -- workspace; a condition for it would let Postgres read the whole workspace.
    in_folder := ARRAY(SELECT d.id FROM documents d WHERE d.folder_id = ANY (inside) LIMIT most_checked + 1);
  END IF;
  IF cardinality(in_folder) <= most_checked THEN
    admitted := ARRAY(
      SELECT d.id
      FROM (SELECT i.id FROM unnest(in_folder) AS i (id) WHERE i.id < ceiling AND i.id >= above ORDER BY i.id DESC) i
      CROSS JOIN LATERAL (SELECT * FROM documents d WHERE d.id = i.id OFFSET 0) d
      WHERE d.deleted_at IS NULL
        AND (author IS NULL OR d.created_by = author OR d.updated_by = author)
        AND (since IS NULL OR d.updated_at >= since) AND (until IS NULL OR d.updated_at < until)
      LIMIT most_admitted);
  ELSE
    admitted := ARRAY(
      SELECT d.id
      FROM (
        SELECT * FROM documents d
        WHERE (d.workspace_id, d.id) < (workspace, ceiling) AND (d.workspace_id, d.id) >= (workspace, above)
          AND d.deleted_at IS NULL
        ORDER BY d.workspace_id DESC, d.id DESC LIMIT most_checked
      ) d
      WHERE (folder IS NULL OR d.folder_id = ANY (inside))
        AND (author IS NULL OR d.created_by = author OR d.updated_by = author)
        AND (since IS NULL OR d.updated_at >= since) AND (until IS NULL OR d.updated_at < until)
      ORDER BY d.workspace_id DESC, d.id DESC LIMIT most_admitted);
  END IF;
  IF cardinality(admitted) = most_admitted THEN
    floor := admitted[most_admitted];
  ELSIF folder IS NULL OR cardinality(in_folder) > most_checked THEN
    floor := coalesce((
      SELECT d.id FROM documents d
      WHERE (d.workspace_id, d.id) < (workspace, ceiling) AND (d.workspace_id, d.id) >= (workspace, above)
        AND d.deleted_at IS NULL
      ORDER BY d.workspace_id DESC, d.id DESC OFFSET most_checked - 1 LIMIT 1
    ), above);
  END IF;

  WITH RECURSIVE used (language) AS (
    (SELECT s.language FROM document_search s WHERE s.workspace_id = workspace ORDER BY 1 LIMIT 1)
    UNION ALL
    SELECT (
      SELECT s.language FROM document_search s
      WHERE s.workspace_id = workspace AND s.language > used.language ORDER BY 1 LIMIT 1
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

  -- The bits of the characters leave only documents that probably contain the substrings, and their texts decide.
  WITH matching AS MATERIALIZED (
    SELECT s.document_id AS id, s.size, CASE
      WHEN search_matches_words(s.words, s.title_words, terms.words[l.n], terms.title_words[l.n]) THEN search_rank(
        s.title, s.words, s.title_words, s.tokens,
        term_query, identifiers, terms.words[l.n], terms.whole_words[l.n], terms.title_words[l.n])
      WHEN patterns = '{}' THEN NULL
      WHEN s.title ILIKE ALL (patterns) THEN -1
      WHEN s.grams & bits = bits AND (bigrams = '{}' OR s.tokens @> bigrams) THEN -2
    END AS rank
    FROM unnest(admitted) AS a (id)
    CROSS JOIN LATERAL (SELECT * FROM document_search s WHERE s.document_id = a.id OFFSET 0) s
    CROSS JOIN array_position(terms.languages, s.language) AS l (n)
  ), weighed AS MATERIALIZED (
    SELECT m.id, m.rank,
      sum(CASE WHEN m.rank = -2 THEN m.size ELSE 0 END) OVER (ORDER BY m.id DESC)
        - CASE WHEN m.rank = -2 THEN m.size ELSE 0 END AS read_before
    FROM matching m WHERE m.rank IS NOT NULL
  ), within AS MATERIALIZED (
    SELECT w.id, w.rank, w.read_before FROM weighed w WHERE w.read_before <= readable
  ), page AS MATERIALIZED (
    SELECT w.id, w.rank FROM within w
    WHERE (CASE WHEN is_newest_first THEN w.id < after_id ELSE (w.rank, w.id) < (after_rank, after_id) END)
      AND (w.rank <> -2 OR EXISTS (
        SELECT FROM documents d WHERE d.id = w.id AND d.title || E'\n' || d.content ILIKE ALL (patterns)))
    ORDER BY CASE WHEN is_newest_first THEN 0 ELSE w.rank END DESC, w.id DESC LIMIT most
  )
  SELECT
    -- If not all texts may be read, the window ends earlier.
    CASE WHEN EXISTS (SELECT FROM weighed w WHERE w.read_before > readable)
      THEN (SELECT w.id FROM within w ORDER BY w.id LIMIT 1) ELSE floor END,
    (SELECT coalesce(array_agg(p.id), '{}') FROM page p), (SELECT coalesce(array_agg(p.rank), '{}') FROM page p)
  INTO floor, ids, ranks;

  IF ids = '{}' AND ceiling = highest AND after_id = highest AND floor = lowest AND length(term_query) >= 4 THEN
    -- One less than would show that there is a next page.
    ids := ARRAY(
      SELECT s.document_id
      FROM unnest(admitted) AS a (id)
      CROSS JOIN LATERAL (SELECT * FROM document_search s WHERE s.document_id = a.id OFFSET 0) s
      WHERE s.title %> longest AND NOT EXISTS (
        SELECT FROM regexp_split_to_table(term_query, '\s+') AS word WHERE length(word) > 2 AND NOT s.title %> word)
      ORDER BY CASE WHEN is_newest_first THEN 0 ELSE word_similarity(term_query, s.title) END DESC, s.document_id DESC
      LIMIT most - 1);
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
    END) ORDER BY h.position), '[]') INTO hits
  FROM unnest(ids, ranks) WITH ORDINALITY AS h (id, rank, position)
  CROSS JOIN LATERAL (SELECT * FROM documents d WHERE d.id = h.id OFFSET 0) d
  WHERE d.deleted_at IS NULL;
END
$$;
