import type { Person } from "@mdreader/contract";

/** A person as a left join finds them: all null where the account is gone. */
export interface PersonRow {
  userId: string | null;
  username: string | null;
  fullName: string | null;
}

/** The person, or null where their account is gone. */
export function toPerson({ userId, username, fullName }: PersonRow): Person | null {
  return userId === null || username === null ? null : { id: userId, username, fullName };
}

/** What a person is called in a sentence: by their full name, where they gave one. */
export function displayName({ username, fullName }: Pick<Person, "username" | "fullName">): string {
  return fullName ?? username;
}
