import type { Person } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { and, eq, isNull, type SQL, type SQLWrapper } from "drizzle-orm";

/** A person as a left join returns them: all columns are null if the account is deleted. */
export interface PersonRow {
  userId: string | null;
  username: string | null;
  fullName: string | null;
}

/** The condition under which a left join finds a person's names. Those of deleted accounts are hidden. */
export const isVisibleUser = (id: SQLWrapper): SQL | undefined =>
  and(eq(users.id, id), isNull(users.deletedAt));

/** Returns the person, or null if the account is deleted. */
export function toPerson({ userId, username, fullName }: PersonRow): Person | null {
  return userId === null || username === null ? null : { id: userId, username, fullName };
}

/** Returns the name to display: the full name if set, otherwise the username. */
export function displayName({ username, fullName }: Pick<Person, "username" | "fullName">): string {
  return fullName ?? username;
}
