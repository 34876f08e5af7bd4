CREATE TABLE "file_uploads" (
	"id" uuid PRIMARY KEY NOT NULL,
	"workspace_id" uuid NOT NULL,
	"document_id" uuid,
	"folder_id" uuid,
	"path" text NOT NULL,
	"purpose" text NOT NULL,
	"on_taken" text NOT NULL,
	"size" bigint NOT NULL,
	"hash" "bytea",
	"uploaded_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"completed_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "files" DROP CONSTRAINT "files_document_fk";
--> statement-breakpoint
DROP INDEX "files_hash_idx";--> statement-breakpoint
ALTER TABLE "files" ALTER COLUMN "hash" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "folder_id" uuid;--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "path" text NOT NULL;--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "alias" text;--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "deleted_with" uuid;--> statement-breakpoint
ALTER TABLE "file_uploads" ADD CONSTRAINT "file_uploads_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "file_uploads" ADD CONSTRAINT "file_uploads_uploaded_by_users_id_fk" FOREIGN KEY ("uploaded_by") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "file_uploads" ADD CONSTRAINT "file_uploads_document_fk" FOREIGN KEY ("document_id","workspace_id") REFERENCES "public"."documents"("id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "file_uploads" ADD CONSTRAINT "file_uploads_folder_fk" FOREIGN KEY ("folder_id","workspace_id") REFERENCES "public"."folders"("id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "file_uploads_workspace_idx" ON "file_uploads" USING btree ("workspace_id","expires_at");--> statement-breakpoint
CREATE INDEX "file_uploads_document_idx" ON "file_uploads" USING btree ("document_id","workspace_id");--> statement-breakpoint
CREATE INDEX "file_uploads_folder_idx" ON "file_uploads" USING btree ("folder_id","workspace_id");--> statement-breakpoint
CREATE INDEX "file_uploads_expiry_idx" ON "file_uploads" USING btree ("expires_at");--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_folder_fk" FOREIGN KEY ("folder_id","workspace_id") REFERENCES "public"."folders"("id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_document_fk" FOREIGN KEY ("document_id","workspace_id") REFERENCES "public"."documents"("id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "files_path_key" ON "files" USING btree ("workspace_id","folder_id","path") NULLS NOT DISTINCT WHERE "files"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "files_folder_idx" ON "files" USING btree ("folder_id","workspace_id");--> statement-breakpoint
CREATE INDEX "files_trash_idx" ON "files" USING btree ("workspace_id","deleted_at","id") WHERE "files"."deleted_at" is not null;--> statement-breakpoint
CREATE INDEX "files_deleted_with_idx" ON "files" USING btree ("deleted_with") WHERE "files"."deleted_at" is not null;--> statement-breakpoint
CREATE INDEX "files_hash_idx" ON "files" USING btree ("workspace_id","hash","size");--> statement-breakpoint
ALTER TABLE "files" DROP COLUMN "name";--> statement-breakpoint
ALTER TABLE "files" DROP COLUMN "storage_key";--> statement-breakpoint
ALTER TABLE "files" DROP COLUMN "status";