CREATE TABLE "document_aliases" (
	"document_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"folded_name" text NOT NULL,
	CONSTRAINT "document_aliases_document_id_folded_name_pk" PRIMARY KEY("document_id","folded_name")
);
--> statement-breakpoint
ALTER TABLE "document_aliases" ADD CONSTRAINT "document_aliases_document_fk" FOREIGN KEY ("document_id","workspace_id") REFERENCES "public"."documents"("id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "document_aliases_name_idx" ON "document_aliases" USING btree ("workspace_id","folded_name","document_id");--> statement-breakpoint
CREATE INDEX "document_aliases_substring_idx" ON "document_aliases" USING gin ((array["workspace_id"]),"folded_name" gin_trgm_ops);
--> statement-breakpoint
-- Texts that may have front matter are read again. A text that an earlier server reads gets its aliases with its next edit.
INSERT INTO "document_search_queue" ("workspace_id", "document_id")
SELECT "workspace_id", "id" FROM "documents" WHERE "deleted_at" IS NULL AND left("content", 4) LIKE '%---%' ORDER BY "id";
