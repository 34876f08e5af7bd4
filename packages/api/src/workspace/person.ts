import type { Person } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { and, eq, isNull, type SQL, type SQLWrapper } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";

/** A person as a left join returns them: all columns are null if the account is deleted. */
export interface PersonRow {
  userId: string | null;
  username: string | null;
  fullName: string | null;
}

/**
 * The condition under which a left join finds a person's names. Those of deleted accounts are hidden.
 * @param joined The joined table, if it has another name.
 */
export const isVisibleUser = (
  id: SQLWrapper,
  joined: { id: AnyPgColumn; deletedAt: AnyPgColumn } = users,
): SQL | undefined => and(eq(joined.id, id), isNull(joined.deletedAt));

/** Returns the person, or null if the account is deleted. */
export function toPerson({ userId, username, fullName }: PersonRow): Person | null {
  return userId === null || username === null ? null : { id: userId, username, fullName };
}

/** Returns the name to display: the full name if set, otherwise the username. */
export function toDisplayName({ username, fullName }: Pick<Person, "username" | "fullName">): string {
  return fullName ?? username;
}
