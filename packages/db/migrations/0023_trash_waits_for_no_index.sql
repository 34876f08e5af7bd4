-- A deletion does not wait for a server that is indexing the document: that finds it in the queue and removes it, and a
-- search shows no document in the trash.
CREATE OR REPLACE FUNCTION queue_document_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.deleted_at IS NOT NULL THEN
    DELETE FROM public.document_search WHERE document_id = (
      SELECT s.document_id FROM public.document_search s WHERE s.document_id = NEW.id FOR UPDATE SKIP LOCKED
    );
  END IF;
  INSERT INTO public.document_search_queue (workspace_id, document_id) VALUES (NEW.workspace_id, NEW.id);
  RETURN NULL;
END
$$;
