ALTER TABLE "documents" ADD COLUMN "position" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "folders" ADD COLUMN "position" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "folders" ADD COLUMN "children_order" text DEFAULT 'name' NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "children_order" text DEFAULT 'name' NOT NULL;--> statement-breakpoint
CREATE INDEX "documents_position_idx" ON "documents" USING btree ("workspace_id","folder_id","position","id") WHERE "documents"."deleted_at" is null and "documents"."position" is not null;--> statement-breakpoint
CREATE INDEX "folders_position_idx" ON "folders" USING btree ("workspace_id","parent_id","position","id") WHERE "folders"."deleted_at" is null and "folders"."position" is not null;