CREATE TABLE "deleted_memberships" (
	"user_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"role" text NOT NULL,
	"joined_at" timestamp with time zone NOT NULL,
	"includes_workspace" boolean NOT NULL,
	CONSTRAINT "deleted_memberships_user_id_workspace_id_pk" PRIMARY KEY("user_id","workspace_id"),
	CONSTRAINT "deleted_memberships_role_check" CHECK ("deleted_memberships"."role" in ('viewer', 'commenter', 'editor', 'admin', 'owner'))
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "purge_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "deleted_memberships" ADD CONSTRAINT "deleted_memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deleted_memberships" ADD CONSTRAINT "deleted_memberships_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "deleted_memberships_workspace_idx" ON "deleted_memberships" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "users_purge_idx" ON "users" USING btree ("purge_at") WHERE "users"."purge_at" is not null;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_deletion_check" CHECK (("users"."deleted_at" is null) = ("users"."purge_at" is null) and ("users"."deleted_at" is null or "users"."deactivated_at" is not null));