CREATE TABLE "document_spans" (
	"document_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"client_id" bigint,
	"clock" integer NOT NULL,
	"length" integer NOT NULL,
	"author_id" uuid,
	"tool" text,
	"written_at" timestamp with time zone NOT NULL,
	CONSTRAINT "document_spans_key" UNIQUE NULLS NOT DISTINCT("document_id","seq","client_id")
);
--> statement-breakpoint
CREATE TABLE "document_spells" (
	"document_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"edited_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "document_spells_document_id_pk" PRIMARY KEY("document_id")
);
--> statement-breakpoint
ALTER TABLE "document_versions" ADD COLUMN "body" "bytea";--> statement-breakpoint
ALTER TABLE "document_versions" ADD COLUMN "base" integer;--> statement-breakpoint
ALTER TABLE "document_versions" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "document_versions" ADD COLUMN "label" text;--> statement-breakpoint
ALTER TABLE "document_versions" ADD COLUMN "restored_from" integer;--> statement-breakpoint
ALTER TABLE "document_versions" ADD COLUMN "authors" jsonb;--> statement-breakpoint
-- The server packs a body itself: there is no need for Postgres to try it again.
ALTER TABLE "document_versions" ALTER COLUMN "body" SET STORAGE EXTERNAL;--> statement-breakpoint
UPDATE "document_versions" SET
	"body" = convert_to("content", 'UTF8'),
	"reason" = CASE WHEN "number" = 1 THEN 'created' ELSE 'saved' END,
	"authors" = CASE WHEN "author_id" IS NULL THEN '[]'
		ELSE jsonb_build_array(jsonb_build_object('userId', "author_id", 'tool', NULL)) END;--> statement-breakpoint
ALTER TABLE "document_versions" ALTER COLUMN "body" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "document_versions" ALTER COLUMN "reason" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "document_versions" ALTER COLUMN "authors" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "document_versions" DROP CONSTRAINT "document_versions_author_id_users_id_fk";--> statement-breakpoint
ALTER TABLE "document_versions" DROP COLUMN "content";--> statement-breakpoint
ALTER TABLE "document_versions" DROP COLUMN "author_id";--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "history_number" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "history_version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE "documents" SET "history_number" = newest."number", "history_version" = newest."document_version"
	FROM (SELECT DISTINCT ON ("document_id") "document_id", "number", "document_version"
		FROM "document_versions" ORDER BY "document_id", "number" DESC) newest
	WHERE newest."document_id" = "documents"."id";--> statement-breakpoint
ALTER TABLE "document_log" ADD COLUMN "tool" text;--> statement-breakpoint
ALTER TABLE "document_spans" ADD CONSTRAINT "document_spans_author_id_users_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "document_spans" ADD CONSTRAINT "document_spans_document_fk" FOREIGN KEY ("document_id","workspace_id") REFERENCES "public"."documents"("id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "document_spells" ADD CONSTRAINT "document_spells_document_fk" FOREIGN KEY ("document_id","workspace_id") REFERENCES "public"."documents"("id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "document_spells_edited_idx" ON "document_spells" USING btree ("edited_at");--> statement-breakpoint
-- What was typed before there were spells becomes a version at the next look.
INSERT INTO "document_spells" ("document_id", "workspace_id", "edited_at")
	SELECT "id", "workspace_id", "updated_at" FROM "documents" WHERE "history_version" < "version";
