import { users } from "@mdreader/db";
import { sql } from "drizzle-orm";

/** The password hash of accounts without a password. No password matches it. */
export const noPassword = "no password";

/** The prefix of every hash of a password. */
const hashPrefix = "$argon2id$";

/** Whether a stored hash is that of a password. */
export const isPasswordHash = (hash: string): boolean => hash.startsWith(hashPrefix);

/** Whether an account has a password, as a column. */
export const hasPasswordColumn = sql<boolean>`starts_with(${users.passwordHash}, ${hashPrefix})`.as(
  "has_password",
);
