import type { Person } from "@mdreader/contract";

/** A person as a left join returns them: all columns are null if the account is deleted. */
export interface PersonRow {
  userId: string | null;
  username: string | null;
  fullName: string | null;
}

/** Returns the person, or null if the account is deleted. */
export function toPerson({ userId, username, fullName }: PersonRow): Person | null {
  return userId === null || username === null ? null : { id: userId, username, fullName };
}

/** Returns the name to display: the full name if set, otherwise the username. */
export function displayName({ username, fullName }: Pick<Person, "username" | "fullName">): string {
  return fullName ?? username;
}
