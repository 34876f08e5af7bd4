-- The key by which names are in natural order: lower case, without accents, and with numbers padded to the same length.
-- It uses no collation, whose order could change with an update of the operating system. Its length is limited, because
-- index entries are.
CREATE FUNCTION natural_sort_key(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN left(
  regexp_replace(
    regexp_replace(
      regexp_replace(lower(normalize(left(name, 255), NFKD)), U&'[\0300-\036F]+', '', 'g'),
      '([0-9]+)', '00000000000000\1', 'g'
    ),
    '[0-9]*([0-9]{15})', '\1', 'g'
  ),
  200
);--> statement-breakpoint
CREATE TABLE "document_favorites" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	CONSTRAINT "document_favorites_user_document_key" UNIQUE("user_id","document_id")
);
--> statement-breakpoint
CREATE TABLE "document_visits" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	CONSTRAINT "document_visits_user_document_key" UNIQUE("user_id","document_id")
);
--> statement-breakpoint
DROP INDEX "documents_tree_idx";--> statement-breakpoint
ALTER TABLE "document_favorites" ADD CONSTRAINT "document_favorites_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "document_favorites" ADD CONSTRAINT "document_favorites_document_fk" FOREIGN KEY ("document_id","workspace_id") REFERENCES "public"."documents"("id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "document_visits" ADD CONSTRAINT "document_visits_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "document_visits" ADD CONSTRAINT "document_visits_document_fk" FOREIGN KEY ("document_id","workspace_id") REFERENCES "public"."documents"("id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "document_favorites_list_idx" ON "document_favorites" USING btree ("user_id","workspace_id","id");--> statement-breakpoint
CREATE INDEX "document_favorites_document_idx" ON "document_favorites" USING btree ("document_id","workspace_id");--> statement-breakpoint
CREATE INDEX "document_visits_list_idx" ON "document_visits" USING btree ("user_id","workspace_id","id");--> statement-breakpoint
CREATE INDEX "document_visits_document_idx" ON "document_visits" USING btree ("document_id","workspace_id");--> statement-breakpoint
CREATE INDEX "folders_tree_idx" ON "folders" USING btree ("workspace_id","parent_id",natural_sort_key("name") collate "C","name","id") WHERE "folders"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "documents_tree_idx" ON "documents" USING btree ("workspace_id","folder_id",natural_sort_key("title") collate "C","title","id") WHERE "documents"."deleted_at" is null;