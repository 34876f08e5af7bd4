import { users } from "@mdreader/db";
import { sql } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";

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

/**
 * Whether the server accepts the password of an account. On a server that is used through identity providers only,
 * superusers keep theirs, for when no provider works.
 */
export const isPasswordAccepted = (
  { settings }: Pick<Ports, "settings">,
  { isSuperuser }: { isSuperuser: boolean },
): boolean => settings.acceptsPasswords || isSuperuser;

/** @throws AppError PASSWORD_SIGN_IN_DISABLED on a server that is used through identity providers only. */
export function assertPasswordsAccepted({ settings }: Pick<Ports, "settings">): void {
  if (!settings.acceptsPasswords) throw new AppError("PASSWORD_SIGN_IN_DISABLED");
}
