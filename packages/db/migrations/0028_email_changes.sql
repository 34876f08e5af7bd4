CREATE TABLE "email_changes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"current_email" "citext" NOT NULL,
	"new_email" "citext" NOT NULL,
	"agreement_token_hash" "bytea" NOT NULL,
	"proof_token_hash" "bytea" NOT NULL,
	"agreed_at" timestamp with time zone,
	"proven_at" timestamp with time zone,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "email_changes" ADD CONSTRAINT "email_changes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "email_changes_user_key" ON "email_changes" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "email_changes_agreement_key" ON "email_changes" USING btree ("agreement_token_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "email_changes_proof_key" ON "email_changes" USING btree ("proof_token_hash");--> statement-breakpoint
CREATE INDEX "email_changes_expires_idx" ON "email_changes" USING btree ("expires_at");