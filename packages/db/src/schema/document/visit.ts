import { index, pgTable, unique, uuid } from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { primaryId } from "../columns.ts";
import { documentKey, documentRef } from "./document.ts";

/** The documents that a person opened. Each visit replaces the ID, so the IDs are in the order of the latest visits. */
export const documentVisits = pgTable(
  "document_visits",
  {
    id: primaryId(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    ...documentRef(),
  },
  (t) => [
    unique("document_visits_user_document_key").on(t.userId, t.documentId),
    documentKey("document_visits_document_fk", t),
    index("document_visits_list_idx").on(t.userId, t.workspaceId, t.id),
    index("document_visits_document_idx").on(t.documentId, t.workspaceId),
  ],
);
