import { bigint, boolean, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";

import { bytea, primaryId, timestamp, timestamps } from "../columns.ts";
import { users } from "./auth.ts";

/** The passkeys with which people sign in: WebAuthn credentials that a device or a password manager keeps. */
export const passkeys = pgTable(
  "passkeys",
  {
    id: primaryId(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The name that its owner gave it. */
    name: text("name").notNull(),
    /** The authenticator's own ID of it. */
    credentialId: bytea("credential_id").notNull(),
    /** In COSE format. */
    publicKey: bytea("public_key").notNull(),
    /** The newest signature counter, an unsigned integer of four bytes. 0 if the authenticator doesn't count. */
    counter: bigint("counter", { mode: "number" }).notNull(),
    /** How browsers reach the authenticator, such as `internal` or `usb`. */
    transports: text("transports").array().notNull(),
    /**
     * Whether it is accepted only together with the password, because the password was reset since. Using it with the
     * password lifts that.
     */
    needsPassword: boolean("needs_password").notNull().default(false),
    lastUsedAt: timestamp("last_used_at"),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    uniqueIndex("passkeys_credential_key").on(t.credentialId),
    index("passkeys_user_idx").on(t.userId, t.id),
  ],
);
