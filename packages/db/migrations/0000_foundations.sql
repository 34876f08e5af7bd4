CREATE EXTENSION IF NOT EXISTS citext;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS unaccent;
--> statement-breakpoint
-- Search. What is below says how text becomes words, for documents and for queries alike. All names are qualified, since
-- a restored dump computes generated columns with an empty search path.
--
-- For each language of the contract a configuration "search_<language>": as Postgres ships it, but words lose their
-- accents before they are stemmed, so that "resume" finds "résumé".
DO $$
DECLARE
  language text;
BEGIN
  FOREACH language IN ARRAY ARRAY[
    'arabic', 'armenian', 'basque', 'catalan', 'danish', 'dutch', 'english', 'finnish', 'french', 'german', 'greek',
    'hindi', 'hungarian', 'indonesian', 'irish', 'italian', 'lithuanian', 'nepali', 'norwegian', 'portuguese',
    'romanian', 'russian', 'serbian', 'simple', 'spanish', 'swedish', 'tamil', 'turkish', 'yiddish'
  ] LOOP
    EXECUTE format('CREATE TEXT SEARCH CONFIGURATION public.search_%s (COPY = pg_catalog.%1$s)', language);
    EXECUTE format(
      'ALTER TEXT SEARCH CONFIGURATION public.search_%s ALTER MAPPING FOR word WITH public.unaccent, pg_catalog.%s',
      language,
      CASE language WHEN 'simple' THEN 'simple' ELSE language || '_stem' END
    );
  END LOOP;
END
$$;
--> statement-breakpoint
-- The text with a blank for each run of what is not part of a word, so that only words are left to Postgres' parser: it
-- would take "src/search.ts" for one file name, "<String>" for a tag that needs no indexing, and, in a database of the C
-- locale, "—" for a letter. The ranges are ASCII, Latin-1, general and CJK punctuation, symbols, their full-width forms and
-- emoji.
CREATE FUNCTION search_words(content text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(
    content,
    '[\u0001-/:-@\[-`{-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u00D7\u00F7\u2000-\u2BFF\u2E00-\u2E7F'
      '\u3000-\u3004\u3008-\u3020\u3030\u30FB\uFE30-\uFE6F\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65'
      '\uFFFD\U0001F000-\U0001FAFF]+',
    ' ',
    'g'
  )
$$;
--> statement-breakpoint
-- What a document is found by: its title's words weigh more than its text's. Declared immutable, as generated columns ask
-- for: configurations do not change under a running database.
CREATE FUNCTION document_search_vector(language text, title text, content text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  config regconfig := ('public.search_' || language)::regconfig;
  heading tsvector := setweight(to_tsvector(config, public.search_words(title)), 'A');
BEGIN
  RETURN heading || setweight(to_tsvector(config, public.search_words(content)), 'B');
EXCEPTION WHEN program_limit_exceeded THEN
  -- A tsvector holds 1 MiB of words. Of a text that has more, the beginning is indexed by word; the substring index
  -- still finds the rest.
  RETURN heading || setweight(to_tsvector(config, public.search_words(left(content, 200000))), 'B');
END
$$;
--> statement-breakpoint
-- What to look for in documents of a language: all words of a query, the last also as the beginning of a word if the query
-- is `unfinished` and ends with it. Nothing in a query is an operator. Empty where there are no words, or all of them are
-- too common to be indexed.
CREATE FUNCTION search_query(language text, query text, unfinished boolean) RETURNS tsquery
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  blanked text := public.search_words(query);
  words text[] := string_to_array(btrim(blanked), ' ');
  final integer := cardinality(words);
  -- Quotes and backslashes are not part of words: quoting them takes no escapes.
  quoted text := '''' || array_to_string(words, ''' & ''') || '''';
BEGIN
  IF final = 0 THEN
    RETURN '';
  ELSIF unfinished AND length(words[final]) > 1 AND right(blanked, 1) <> ' ' THEN
    quoted := quoted || ':*';
  END IF;
  RETURN to_tsquery(('public.search_' || language)::regconfig, quoted);
END
$$;
--> statement-breakpoint
-- The words of a text, as `search_words` leaves them, between the control characters 2 and 3 where they match.
CREATE FUNCTION search_highlight(language text, content text, query tsquery) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT ts_headline(
    ('public.search_' || language)::regconfig,
    public.search_words(content),
    query,
    E'HighlightAll=true, StartSel="\x02", StopSel="\x03"'
  )
$$;
--> statement-breakpoint
-- What it is given, a text or its words, at the cost that reading it has. The planner does not see that long values lie
-- apart from their rows, compressed: it would rather read those of a whole workspace than look some words up.
CREATE FUNCTION search_costly(value anyelement) RETURNS anyelement
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 5000 AS $$
BEGIN
  RETURN value;
END
$$;
