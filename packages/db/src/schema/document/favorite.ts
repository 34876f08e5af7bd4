import { index, pgTable, unique, uuid } from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { primaryId } from "../columns.ts";
import { documentKey, documentRef } from "./document.ts";

/** A person's favorite documents. The IDs are in the order in which they were added. */
export const documentFavorites = pgTable(
  "document_favorites",
  {
    id: primaryId(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    ...documentRef(),
  },
  (t) => [
    unique("document_favorites_user_document_key").on(t.userId, t.documentId),
    documentKey("document_favorites_document_fk", t),
    index("document_favorites_list_idx").on(t.userId, t.workspaceId, t.id),
    index("document_favorites_document_idx").on(t.documentId, t.workspaceId),
  ],
);
