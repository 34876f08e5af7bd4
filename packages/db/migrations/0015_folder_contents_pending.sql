ALTER TABLE "folders" ADD COLUMN "contents_pending" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "documents_deleted_with_idx" ON "documents" USING btree ("deleted_with") WHERE "documents"."deleted_at" is not null;--> statement-breakpoint
CREATE INDEX "folders_pending_idx" ON "folders" USING btree ("id") WHERE "folders"."contents_pending";