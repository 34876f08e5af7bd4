ALTER TABLE "api_keys" ADD COLUMN "created_with_second_factor" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "second_factor_required" boolean DEFAULT false NOT NULL;--> statement-breakpoint
UPDATE "api_keys" SET "created_with_second_factor" = true WHERE EXISTS (
  SELECT FROM "second_factors" "factor" WHERE "factor"."user_id" = coalesce("api_keys"."created_by", "api_keys"."user_id") AND "factor"."created_at" <= "api_keys"."created_at"
) OR EXISTS (
  SELECT FROM "passkeys" "passkey" WHERE "passkey"."user_id" = coalesce("api_keys"."created_by", "api_keys"."user_id") AND "passkey"."created_at" <= "api_keys"."created_at"
);
