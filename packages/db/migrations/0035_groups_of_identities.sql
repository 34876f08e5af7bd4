ALTER TABLE "auth_identities" ADD COLUMN "groups" text[];--> statement-breakpoint
ALTER TABLE "workspace_members" ADD COLUMN "granted_by" uuid;--> statement-breakpoint
ALTER TABLE "workspace_members" ADD CONSTRAINT "workspace_members_granted_by_auth_identities_id_fk" FOREIGN KEY ("granted_by") REFERENCES "public"."auth_identities"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "workspace_members_granted_by_idx" ON "workspace_members" USING btree ("granted_by") WHERE "workspace_members"."granted_by" is not null;