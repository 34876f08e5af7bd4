import { index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";

import { citext, primaryId, timestamps, timestamp } from "../columns.ts";
import { users } from "./auth.ts";

/** Identities at OpenID Connect providers, with which people sign in to their accounts. */
export const authIdentities = pgTable(
  "auth_identities",
  {
    id: primaryId(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    issuer: text("issuer").notNull(),
    /** The provider's permanent ID of the person. Unique within the issuer. */
    subject: text("subject").notNull(),
    /** The address that the provider reported when the identity was linked. It never identifies anyone. */
    email: citext("email"),
    /** The groups that the provider reported at the last sign-in. Null if the settings don't ask for them. */
    groups: text("groups").array(),
    lastUsedAt: timestamp("last_used_at"),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    uniqueIndex("auth_identities_subject_key").on(t.issuer, t.subject),
    index("auth_identities_user_idx").on(t.userId, t.id),
  ],
);
