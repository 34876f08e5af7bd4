CREATE EXTENSION IF NOT EXISTS citext;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS unaccent;
--> statement-breakpoint
-- What a document is found by: its title's words weigh more than its text's. Declared immutable, since the text search
-- configurations that Postgres ships do not change under a running database; a generated column asks for that.
CREATE FUNCTION document_search_vector(language text, title text, content text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  config regconfig := ('pg_catalog.' || language)::regconfig;
BEGIN
  RETURN setweight(to_tsvector(config, title), 'A') || setweight(to_tsvector(config, content), 'B');
EXCEPTION WHEN program_limit_exceeded THEN
  -- A tsvector holds 1 MiB of words. Of a text that has more, the beginning is indexed by word; the substring index
  -- still finds the rest.
  RETURN setweight(to_tsvector(config, title), 'A') || setweight(to_tsvector(config, left(content, 250000)), 'B');
END
$$;
