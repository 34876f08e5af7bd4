-- A larger list of entries that have yet to be sorted in makes each of them cheaper.
ALTER INDEX "document_search_idx" SET (gin_pending_list_limit = 2048);
--> statement-breakpoint
-- The words of a title and a text, both as `search_words` separates them.
CREATE FUNCTION search_separated_vector(language text, title text, content text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  config regconfig := ('public.search_' || language)::regconfig;
  heading tsvector := setweight(to_tsvector(config, title), 'A');
BEGIN
  RETURN heading || setweight(to_tsvector(config, content), 'B');
EXCEPTION WHEN program_limit_exceeded THEN
  -- A tsvector holds 1 MiB of words. Of a text that has more, the beginning is indexed by word.
  RETURN heading || setweight(to_tsvector(config, left(content, 200000)), 'B');
END
$$;
--> statement-breakpoint
-- The newest documents that contain all substrings in their titles, except those with all words of the query. They are
-- found through pairs of characters or trigrams. Without any, as for symbols, the newest titles are examined: the index
-- would read all of its entries.
CREATE OR REPLACE FUNCTION search_newest_titles(terms search_terms, below uuid, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF terms.bigrams <> '{}' THEN
    RETURN QUERY
      SELECT s.document_id
      FROM (
        SELECT * FROM document_search s
        WHERE array[s.workspace_id] @> array[terms.workspace_id] AND s.tokens @> terms.bigrams
        OFFSET 0
      ) s CROSS JOIN array_position(terms.languages, s.language) AS l (n)
      WHERE s.document_id < below AND s.title ILIKE ALL (terms.patterns)
        AND NOT search_matches_words(s.words, s.title_words, terms.words[l.n], terms.title_words[l.n])
      ORDER BY s.document_id DESC LIMIT most;
  ELSIF terms.patterns[1] ~ '[[:alnum:]]{3}' THEN
    RETURN QUERY
      SELECT s.document_id
      FROM (
        SELECT * FROM document_search s
        WHERE array[s.workspace_id] @> array[terms.workspace_id] AND search_costly(s.title) ILIKE terms.patterns[1]
        OFFSET 0
      ) s CROSS JOIN array_position(terms.languages, s.language) AS l (n)
      WHERE s.document_id < below AND s.title ILIKE ALL (terms.patterns)
        AND NOT search_matches_words(s.words, s.title_words, terms.words[l.n], terms.title_words[l.n])
      ORDER BY s.document_id DESC LIMIT most;
  ELSE
    RETURN QUERY
      SELECT s.document_id
      FROM (
        SELECT * FROM document_search s
        WHERE (s.workspace_id, s.document_id) < (terms.workspace_id, below) AND s.workspace_id >= terms.workspace_id
        ORDER BY s.workspace_id DESC, s.document_id DESC LIMIT 20000
      ) s CROSS JOIN array_position(terms.languages, s.language) AS l (n)
      WHERE s.title ILIKE ALL (terms.patterns)
        AND NOT search_matches_words(s.words, s.title_words, terms.words[l.n], terms.title_words[l.n])
      ORDER BY s.workspace_id DESC, s.document_id DESC LIMIT most;
  END IF;
END
$$;
