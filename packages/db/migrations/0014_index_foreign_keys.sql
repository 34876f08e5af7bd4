DROP INDEX "documents_language_idx";--> statement-breakpoint
DROP INDEX "folders_trash_idx";--> statement-breakpoint
CREATE INDEX "documents_creator_idx" ON "documents" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "documents_deleter_idx" ON "documents" USING btree ("deleted_by") WHERE "documents"."deleted_by" is not null;--> statement-breakpoint
CREATE INDEX "folders_creator_idx" ON "folders" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "folders_deleter_idx" ON "folders" USING btree ("deleted_by") WHERE "folders"."deleted_by" is not null;--> statement-breakpoint
CREATE INDEX "document_attributions_author_idx" ON "document_attributions" USING btree ("author_id");--> statement-breakpoint
CREATE INDEX "document_clients_user_idx" ON "document_clients" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "document_log_author_idx" ON "document_log" USING btree ("author_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_user_idx" ON "idempotency_keys" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "file_uploads_uploader_idx" ON "file_uploads" USING btree ("uploaded_by");--> statement-breakpoint
CREATE INDEX "files_uploader_idx" ON "files" USING btree ("uploaded_by");--> statement-breakpoint
CREATE INDEX "files_deleter_idx" ON "files" USING btree ("deleted_by") WHERE "files"."deleted_by" is not null;--> statement-breakpoint
CREATE INDEX "workspaces_creator_idx" ON "workspaces" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "documents_language_idx" ON "documents" USING btree ("workspace_id","search_language");--> statement-breakpoint
CREATE INDEX "folders_trash_idx" ON "folders" USING btree ("workspace_id","deleted_at","id");