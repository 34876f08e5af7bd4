CREATE INDEX "folders_workspace_idx" ON "folders" USING btree ("workspace_id","id") WHERE "folders"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "document_spells_workspace_idx" ON "document_spells" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "document_versions_workspace_idx" ON "document_versions" USING btree ("workspace_id","created_at");