ALTER TABLE "document_spells" RENAME TO "document_edit_sessions";--> statement-breakpoint
ALTER TABLE "document_edit_sessions" RENAME CONSTRAINT "document_spells_document_id_pk" TO "document_edit_sessions_document_id_pk";--> statement-breakpoint
ALTER TABLE "document_edit_sessions" RENAME CONSTRAINT "document_spells_document_fk" TO "document_edit_sessions_document_fk";--> statement-breakpoint
ALTER INDEX "document_spells_edited_idx" RENAME TO "document_edit_sessions_edited_idx";--> statement-breakpoint
ALTER INDEX "document_spells_workspace_idx" RENAME TO "document_edit_sessions_workspace_idx";--> statement-breakpoint
ALTER TABLE "document_writes" RENAME TO "idempotency_keys";--> statement-breakpoint
ALTER TABLE "idempotency_keys" RENAME CONSTRAINT "document_writes_document_id_user_id_key_pk" TO "idempotency_keys_document_id_user_id_key_pk";--> statement-breakpoint
ALTER TABLE "idempotency_keys" RENAME CONSTRAINT "document_writes_user_id_users_id_fk" TO "idempotency_keys_user_id_users_id_fk";--> statement-breakpoint
ALTER TABLE "idempotency_keys" RENAME CONSTRAINT "document_writes_document_fk" TO "idempotency_keys_document_fk";--> statement-breakpoint
ALTER INDEX "document_writes_created_idx" RENAME TO "idempotency_keys_created_idx";--> statement-breakpoint
ALTER TABLE "document_spans" RENAME TO "document_attributions";--> statement-breakpoint
ALTER TABLE "document_attributions" RENAME CONSTRAINT "document_spans_author_id_users_id_fk" TO "document_attributions_author_id_users_id_fk";--> statement-breakpoint
ALTER TABLE "document_attributions" RENAME CONSTRAINT "document_spans_document_fk" TO "document_attributions_document_fk";--> statement-breakpoint
ALTER TABLE "document_attributions" RENAME CONSTRAINT "document_spans_key" TO "document_attributions_key";--> statement-breakpoint
-- Answers that are repeated for their idempotency keys have the field's new name.
UPDATE "idempotency_keys" SET "answer" = "answer" - 'overlaps' || jsonb_build_object('conflicts', "answer" -> 'overlaps')
WHERE "answer" ? 'overlaps';
