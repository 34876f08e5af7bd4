-- Documents are found through a table of their own, which follows them within a second. Saves, imports and restored
-- documents no longer wait for the search index. Servers of the previous version can continue: what they write is queued
-- by a trigger, their searches call the previous function, and the columns that they read remain until a later release.
CREATE TABLE "document_search" (
	"document_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"language" text NOT NULL,
	"title" text NOT NULL,
	"size" integer NOT NULL,
	"title_words" "tsvector" NOT NULL,
	"words" "tsvector" NOT NULL,
	"tokens" text[] NOT NULL,
	"grams" bit(4096) NOT NULL,
	CONSTRAINT "document_search_document_id_pk" PRIMARY KEY("document_id")
);
--> statement-breakpoint
-- The words of a page or two are stored in the row itself, uncompressed: a common word is looked up in hundreds of rows.
ALTER TABLE "document_search" SET (toast_tuple_target = 8160);
--> statement-breakpoint
ALTER TABLE "document_search" ALTER COLUMN "words" SET STORAGE EXTERNAL, ALTER COLUMN "grams" SET STORAGE EXTERNAL;
--> statement-breakpoint
CREATE TABLE "document_search_queue" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "document_search_queue_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"workspace_id" uuid NOT NULL,
	"document_id" uuid NOT NULL
);
--> statement-breakpoint
DROP INDEX "documents_search_idx";--> statement-breakpoint
ALTER TABLE "document_search" ADD CONSTRAINT "document_search_document_fk" FOREIGN KEY ("document_id","workspace_id") REFERENCES "public"."documents"("id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "document_search_workspace_idx" ON "document_search" USING btree ("workspace_id","document_id");--> statement-breakpoint
CREATE INDEX "document_search_language_idx" ON "document_search" USING btree ("workspace_id","language");--> statement-breakpoint
CREATE INDEX "document_search_sample_idx" ON "document_search" USING btree ("workspace_id","document_id") WHERE get_byte(uuid_send("document_search"."document_id"), 15) < 4;--> statement-breakpoint
CREATE INDEX "document_search_large_idx" ON "document_search" USING btree ("workspace_id","document_id") WHERE "document_search"."size" > 400000;--> statement-breakpoint
CREATE INDEX "document_search_idx" ON "document_search" USING gin ((array["workspace_id"]),(array["language"]),search_costly("words"),search_costly("title_words"),"tokens",search_costly("title") gin_trgm_ops) WITH (gin_pending_list_limit=512);--> statement-breakpoint
CREATE INDEX "document_search_queue_workspace_idx" ON "document_search_queue" USING btree ("workspace_id","id");--> statement-breakpoint
-- The former columns are no longer computed. A later release removes them.
ALTER TABLE "documents" ALTER COLUMN "search_vector" DROP EXPRESSION, ALTER COLUMN "search_title" DROP EXPRESSION;
--> statement-breakpoint
-- Queues a document that changes. A document in the trash is no longer found as soon as it is there.
CREATE FUNCTION queue_document_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.deleted_at IS NOT NULL THEN
    DELETE FROM public.document_search WHERE document_id = NEW.id;
  END IF;
  INSERT INTO public.document_search_queue (workspace_id, document_id) VALUES (NEW.workspace_id, NEW.id);
  RETURN NULL;
END
$$;
--> statement-breakpoint
-- Edits of live documents change none of these columns, until their texts are written.
CREATE TRIGGER documents_search_trigger AFTER INSERT OR UPDATE OF "title", "content", "search_language", "deleted_at"
  ON "documents" FOR EACH ROW EXECUTE FUNCTION queue_document_search();
--> statement-breakpoint
-- Existing documents are indexed in the background, newest first.
INSERT INTO "document_search_queue" ("workspace_id", "document_id")
SELECT "workspace_id", "id" FROM "documents" WHERE "deleted_at" IS NULL ORDER BY "id" DESC;
--> statement-breakpoint
DROP FUNCTION search_newest_words;
--> statement-breakpoint
DROP FUNCTION search_newest_identifiers;
--> statement-breakpoint
DROP FUNCTION search_newest_substrings;
--> statement-breakpoint
DROP FUNCTION search_similar_titles;
--> statement-breakpoint
-- The bits of the characters of the substrings, as in `document_search.grams`.
ALTER TYPE search_terms ADD ATTRIBUTE grams bit(4096);
--> statement-breakpoint
-- The document at which an examination of a number of documents ends, if there are that many.
CREATE FUNCTION search_last_examined(workspace uuid, below uuid, above uuid, examined integer) RETURNS uuid
LANGUAGE sql STABLE AS $$
  SELECT s.document_id FROM document_search s
  WHERE (s.workspace_id, s.document_id) < (workspace, below) AND (s.workspace_id, s.document_id) >= (workspace, above)
  ORDER BY s.workspace_id DESC, s.document_id DESC OFFSET examined - 1 LIMIT 1
$$;
--> statement-breakpoint
-- Of the newest documents, those with all words of a query, in their titles or anywhere. They are examined one by one
-- until enough are found. The workspace is part of the order: otherwise Postgres may read the documents of all
-- workspaces by their IDs.
CREATE FUNCTION search_examine_words(
  terms search_terms, in_title boolean, below uuid, above uuid, excluded uuid[], most integer, examined integer,
  OUT id uuid, OUT rank integer
) RETURNS SETOF record LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY
    SELECT s.document_id, search_rank(
      s.title, s.words, s.title_words, s.tokens,
      terms.query, terms.identifiers, terms.words[l.n], terms.whole_words[l.n], terms.title_words[l.n])
    FROM (
      SELECT * FROM document_search s
      WHERE (s.workspace_id, s.document_id) < (terms.workspace_id, below)
        AND (s.workspace_id, s.document_id) >= (terms.workspace_id, above)
      ORDER BY s.workspace_id DESC, s.document_id DESC LIMIT examined
    ) s CROSS JOIN array_position(terms.languages, s.language) AS l (n)
    WHERE CASE WHEN in_title THEN s.title_words @@ terms.title_words[l.n] ELSE s.words @@ terms.words[l.n] END
      AND s.document_id <> ALL (excluded)
    ORDER BY s.workspace_id DESC, s.document_id DESC LIMIT most;
END
$$;
--> statement-breakpoint
-- Documents that the index finds by all words of a query, in their titles or anywhere, in no order.
CREATE FUNCTION search_look_up_words(
  terms search_terms, in_title boolean, below uuid, above uuid, excluded uuid[], most integer
) RETURNS SETOF uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF in_title THEN
    RETURN QUERY
      SELECT s.document_id
      FROM unnest(terms.languages, terms.title_words) AS l (language, title_words)
      CROSS JOIN LATERAL (
        SELECT s.document_id FROM document_search s
        WHERE array[s.workspace_id] @> array[terms.workspace_id] AND array[s.language] @> array[l.language]
          AND search_costly(s.title_words) @@ l.title_words
        OFFSET 0
      ) s
      WHERE s.document_id < below AND s.document_id >= above AND s.document_id <> ALL (excluded)
      LIMIT most;
  ELSE
    RETURN QUERY
      SELECT s.document_id
      FROM unnest(terms.languages, terms.words) AS l (language, words)
      CROSS JOIN LATERAL (
        SELECT s.document_id FROM document_search s
        WHERE array[s.workspace_id] @> array[terms.workspace_id] AND array[s.language] @> array[l.language]
          AND search_costly(s.words) @@ l.words
        OFFSET 0
      ) s
      WHERE s.document_id < below AND s.document_id >= above AND s.document_id <> ALL (excluded)
      LIMIT most;
  END IF;
END
$$;
--> statement-breakpoint
-- The newest documents with all words of a query, in their titles or anywhere. If the words are common, the newest
-- documents are examined one by one, which stops early; otherwise, and for the rest, the index finds them. If it finds
-- 1,000, the words are common after all. So a common word costs what the page needs, and a rare one what its few
-- documents need.
CREATE FUNCTION search_newest_words(
  terms search_terms, in_title boolean, is_common boolean, below uuid, above uuid, excluded uuid[],
  most integer, OUT id uuid, OUT rank integer
) RETURNS SETOF record LANGUAGE plpgsql STABLE AS $$
DECLARE
  indexed CONSTANT integer := 1000;
  examined integer := 2000;
  rest uuid := below;
  found integer := 0;
  more integer;
  rare uuid[];
BEGIN
  LOOP
    IF is_common THEN
      RETURN QUERY SELECT * FROM search_examine_words(terms, in_title, rest, above, excluded, most - found, examined);
      GET DIAGNOSTICS more = ROW_COUNT;
      found := found + more;
      IF found = most THEN RETURN; END IF;
      rest := search_last_examined(terms.workspace_id, rest, above, examined);
      IF rest IS NULL THEN RETURN; END IF;
    END IF;
    rare := ARRAY(SELECT search_look_up_words(terms, in_title, rest, above, excluded, indexed));
    EXIT WHEN cardinality(rare) < indexed;
    IF examined > 10000 THEN
      rare := ARRAY(SELECT search_look_up_words(terms, in_title, rest, above, excluded, 1000000000));
      EXIT;
    END IF;
    is_common := true;
    examined := 20000;
  END LOOP;
  RETURN QUERY
    SELECT s.document_id, search_rank(
      s.title, s.words, s.title_words, s.tokens,
      terms.query, terms.identifiers, terms.words[l.n], terms.whole_words[l.n], terms.title_words[l.n])
    FROM (SELECT r.id FROM unnest(rare) AS r (id) ORDER BY r.id DESC LIMIT most - found) r
    CROSS JOIN LATERAL (SELECT * FROM document_search s WHERE s.document_id = r.id OFFSET 0) s
    CROSS JOIN array_position(terms.languages, s.language) AS l (n)
    ORDER BY s.document_id DESC;
END
$$;
--> statement-breakpoint
-- The newest documents with all words of a query and all its identifiers, of which there must be one.
CREATE FUNCTION search_newest_identifiers(terms search_terms, above uuid, most integer, OUT id uuid, OUT rank integer)
RETURNS SETOF record LANGUAGE sql STABLE AS $$
  SELECT s.document_id, search_rank(
    s.title, s.words, s.title_words, s.tokens,
    terms.query, terms.identifiers, terms.words[l.n], terms.whole_words[l.n], terms.title_words[l.n])
  FROM (
    SELECT * FROM document_search s
    WHERE array[s.workspace_id] @> array[terms.workspace_id] AND s.tokens @> terms.identifiers
    OFFSET 0
  ) s CROSS JOIN array_position(terms.languages, s.language) AS l (n)
  WHERE s.document_id >= above AND s.words @@ terms.words[l.n]
  ORDER BY s.document_id DESC LIMIT most
$$;
--> statement-breakpoint
-- The newest documents that contain all substrings in their titles, except those with all words of the query. They are
-- found through trigrams. Without any, as for symbols, all titles are examined: the index would read all of its entries.
CREATE FUNCTION search_newest_titles(terms search_terms, below uuid, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF terms.patterns[1] ~ '[[:alnum:]]{3}' THEN
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
      FROM document_search s CROSS JOIN array_position(terms.languages, s.language) AS l (n)
      WHERE (s.workspace_id, s.document_id) < (terms.workspace_id, below) AND s.workspace_id >= terms.workspace_id
        AND s.title ILIKE ALL (terms.patterns)
        AND NOT search_matches_words(s.words, s.title_words, terms.words[l.n], terms.title_words[l.n])
      ORDER BY s.workspace_id DESC, s.document_id DESC LIMIT most;
  END IF;
END
$$;
--> statement-breakpoint
-- The newest documents that contain all substrings in title and text, but not in the title alone, except those with all
-- words of the query. The bits of the characters leave only documents that probably do, and their texts decide. `rest` is
-- the last document that was examined, if there may be more.
CREATE FUNCTION search_newest_texts(
  terms search_terms, below uuid, most integer, examined integer, OUT ids uuid[], OUT rest uuid
) LANGUAGE plpgsql STABLE AS $$
DECLARE
  candidate record;
  -- In bytes: texts are read until then.
  readable bigint := 20000000;
BEGIN
  ids := '{}';
  FOR candidate IN
    SELECT s.document_id, s.size
    FROM (
      SELECT * FROM document_search s
      WHERE (s.workspace_id, s.document_id) < (terms.workspace_id, below) AND s.workspace_id >= terms.workspace_id
      ORDER BY s.workspace_id DESC, s.document_id DESC LIMIT examined
    ) s CROSS JOIN array_position(terms.languages, s.language) AS l (n)
    WHERE s.grams & terms.grams = terms.grams
      AND (terms.bigrams = '{}' OR s.tokens @> terms.bigrams)
      AND NOT search_matches_words(s.words, s.title_words, terms.words[l.n], terms.title_words[l.n])
      AND NOT s.title ILIKE ALL (terms.patterns)
    ORDER BY s.workspace_id DESC, s.document_id DESC
  LOOP
    IF readable < 0 THEN
      rest := candidate.document_id;
      RETURN;
    END IF;
    IF EXISTS (
      SELECT FROM documents d
      WHERE d.id = candidate.document_id AND d.title || E'\n' || d.content ILIKE ALL (terms.patterns)
    ) THEN
      ids := ids || candidate.document_id;
      IF cardinality(ids) = most THEN RETURN; END IF;
    END IF;
    readable := readable - candidate.size;
  END LOOP;
  rest := search_last_examined(terms.workspace_id, below, '00000000-0000-0000-0000-000000000000', examined);
END
$$;
--> statement-breakpoint
-- The same for substrings of scripts without spaces, whose pairs of characters the index finds.
CREATE FUNCTION search_newest_pairs(terms search_terms, below uuid, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
  SELECT s.document_id
  FROM (
    SELECT * FROM document_search s
    WHERE array[s.workspace_id] @> array[terms.workspace_id] AND s.tokens @> terms.bigrams
    OFFSET 0
  ) s CROSS JOIN array_position(terms.languages, s.language) AS l (n)
  CROSS JOIN LATERAL (SELECT d.title, d.content FROM documents d WHERE d.id = s.document_id OFFSET 0) d
  WHERE s.document_id < below
    AND NOT search_matches_words(s.words, s.title_words, terms.words[l.n], terms.title_words[l.n])
    AND NOT s.title ILIKE ALL (terms.patterns)
    AND d.title || E'\n' || d.content ILIKE ALL (terms.patterns)
  ORDER BY s.document_id DESC LIMIT most
$$;
--> statement-breakpoint
-- Documents with a word in the title that resembles each word of a query, most similar first: for typing errors.
CREATE FUNCTION search_similar_titles(workspace uuid, query text, longest text, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SET pg_trgm.word_similarity_threshold = 0.45 AS $$
  SELECT s.document_id FROM document_search s
  WHERE array[s.workspace_id] @> array[workspace] AND search_costly(s.title) %> longest
    AND NOT EXISTS (
      SELECT FROM regexp_split_to_table(query, '\s+') AS word WHERE length(word) > 2 AND NOT s.title %> word
    )
  ORDER BY word_similarity(query, s.title) DESC, s.document_id DESC LIMIT most
$$;
--> statement-breakpoint
-- A page of the documents that a query finds in a workspace, best first:
--
-- - Documents with all words of the query, each in its own language: those with all words in the title and the others, of
--   both the newest 100, by `search_rank`. The others follow (rank 0), newest first.
-- - Documents with all substrings in the title (rank -1), then in title and text (rank -2), newest first.
-- - If there are none at all, documents with a similar title (below).
--
-- `floors` are the last ranked documents of the first page, so that later pages rank the same. If texts have yet to be
-- searched for substrings, `unsearched` is the document to continue after: the first page leaves most of that to the next
-- one, unless it would be empty. Finds nothing if texts lag behind edits or the index behind texts, unless
-- `accept_stale`.
CREATE FUNCTION search_documents(
  workspace uuid, query text, identifiers text[], patterns text[], bigrams text[], grams text, longest text,
  after_rank integer, after_id uuid, known_floors uuid[], most integer, accept_stale boolean,
  OUT is_stale boolean, OUT floors uuid[], OUT stems json, OUT hits json, OUT unsearched uuid
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
  is_stale := NOT accept_stale AND (
    EXISTS (SELECT FROM stale_documents s WHERE s.workspace_id = workspace)
    OR EXISTS (SELECT FROM document_search_queue q WHERE q.workspace_id = workspace));
  IF workspace IS NULL OR is_stale THEN
    RETURN;
  END IF;

  terms.workspace_id := workspace;
  terms.query := lower(btrim(query));
  terms.identifiers := identifiers;
  terms.patterns := patterns;
  terms.bigrams := bigrams;
  terms.grams := ('x' || grams)::bit(4096);
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

  -- Whether a tenth of some documents match: of the newest ones, and of a random selection of older ones. All of a small
  -- workspace are examined.
  SELECT
    count(*) < 50 OR count(*) FILTER (WHERE s.title_words @@ terms.title_words[l.n]) * 10 >= count(*) AS is_common_title,
    count(*) < 50 OR count(*) FILTER (WHERE s.words @@ terms.words[l.n]) * 10 >= count(*) AS is_common
  INTO sample
  FROM (
    (
      SELECT s.language, s.title_words, s.words FROM document_search s
      WHERE (s.workspace_id, s.document_id) <= (workspace, highest) AND s.workspace_id >= workspace
      ORDER BY s.workspace_id DESC, s.document_id DESC LIMIT 50
    ) UNION ALL (
      SELECT s.language, s.title_words, s.words FROM document_search s
      WHERE (s.workspace_id, s.document_id) <= (workspace, highest) AND s.workspace_id >= workspace
        AND get_byte(uuid_send(s.document_id), 15) < 4
      ORDER BY s.workspace_id DESC, s.document_id DESC LIMIT 50
    )
  ) s CROSS JOIN array_position(terms.languages, s.language) AS l (n);
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
  IF cardinality(ids) < most AND after_rank >= -1 AND patterns <> '{}' THEN
    more := ARRAY(SELECT search_newest_titles(
      terms, CASE WHEN after_rank = -1 THEN after_id ELSE highest END, most - cardinality(ids)));
    ids := ids || more;
    ranks := ranks || array_fill(-1, ARRAY[cardinality(more)]);
  END IF;
  IF cardinality(ids) < most AND after_rank >= -2 AND patterns <> '{}' THEN
    SELECT t.ids, t.rest INTO more, unsearched
    FROM search_newest_texts(
      terms, CASE WHEN after_rank = -2 THEN after_id ELSE highest END, most - cardinality(ids),
      CASE WHEN bigrams <> '{}' OR (is_first AND ids <> '{}') THEN 200 ELSE 20000 END) t;
    ids := ids || more;
    ranks := ranks || array_fill(-2, ARRAY[cardinality(more)]);
    IF unsearched IS NOT NULL AND bigrams <> '{}' THEN
      more := ARRAY(SELECT search_newest_pairs(terms, unsearched, most - cardinality(ids)));
      ids := ids || more;
      ranks := ranks || array_fill(-2, ARRAY[cardinality(more)]);
      unsearched := NULL;
    END IF;
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
  FROM unnest(ids, ranks) AS h (id, rank)
  CROSS JOIN LATERAL (SELECT * FROM documents d WHERE d.id = h.id OFFSET 0) d
  WHERE d.deleted_at IS NULL;
END
$$;
--> statement-breakpoint
-- The search of servers of the previous version, which cannot update the index.
CREATE OR REPLACE FUNCTION search_documents(
  workspace uuid, query text, identifiers text[], patterns text[], bigrams text[], longest text,
  after_rank integer, after_id uuid, known_floors uuid[], most integer, accept_stale boolean,
  OUT is_stale boolean, OUT floors uuid[], OUT stems json, OUT hits json
) LANGUAGE plpgsql STABLE AS $$
BEGIN
  is_stale := NOT accept_stale AND EXISTS (SELECT FROM stale_documents s WHERE s.workspace_id = workspace);
  IF is_stale THEN
    floors := known_floors;
    hits := '[]';
    RETURN;
  END IF;
  SELECT f.floors, f.stems, f.hits INTO floors, stems, hits
  FROM search_documents(
    workspace, query, identifiers, patterns, bigrams, '0', longest, after_rank, after_id, known_floors, most, true) f;
END
$$;
--> statement-breakpoint
-- Documents of a workspace that may contain one of these names, such as of files that they link to, between characters
-- that separate words. Their texts decide whether they do. Texts that are not indexed, or not as a whole, may contain
-- any name, and a name without words may be anywhere.
CREATE FUNCTION search_names(workspace uuid, names text[]) RETURNS SETOF uuid LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  indexed record;
BEGIN
  RETURN QUERY SELECT q.document_id FROM document_search_queue q WHERE q.workspace_id = workspace;
  RETURN QUERY SELECT s.document_id FROM document_search s WHERE s.workspace_id = workspace AND s.size > 400000;
  FOR indexed IN
    WITH RECURSIVE used (language) AS (
      (SELECT s.language FROM document_search s WHERE s.workspace_id = workspace ORDER BY 1 LIMIT 1)
      UNION ALL
      SELECT (
        SELECT s.language FROM document_search s
        WHERE s.workspace_id = workspace AND s.language > used.language ORDER BY 1 LIMIT 1
      ) FROM used WHERE used.language IS NOT NULL
    )
    SELECT language, array_agg(search_query(language, name, false)) AS queries
    FROM used CROSS JOIN unnest(names) AS name
    WHERE language IS NOT NULL
    GROUP BY language
  LOOP
    IF ''::tsquery = ANY (indexed.queries) THEN
      RETURN QUERY
        SELECT s.document_id FROM document_search s
        WHERE s.workspace_id = workspace AND s.language = indexed.language;
    ELSE
      RETURN QUERY
        SELECT s.document_id
        FROM unnest(indexed.queries) AS q (words)
        CROSS JOIN LATERAL (
          SELECT s.document_id FROM document_search s
          WHERE array[s.workspace_id] @> array[workspace] AND array[s.language] @> array[indexed.language]
            AND search_costly(s.words) @@ q.words
        ) s;
    END IF;
  END LOOP;
END
$$;
