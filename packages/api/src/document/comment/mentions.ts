import type { Person } from "@mdreader/contract";
import { type Tx, users, workspaceMembers, workspaces } from "@mdreader/db";
import { and, eq, isNull, sql } from "drizzle-orm";

import { isPersonal } from "../../auth/account/service-accounts.ts";
import { AppError } from "../../errors.ts";
import { memberColumns } from "../../workspace/member/member.ts";

/** Maximum number of people mentioned in one comment. */
const maxMentions = 50;

/** A mentioned member, with an email address. */
export interface MentionedMember extends Person {
  email: string;
  /** Whether the workspace requires a second factor that the member doesn't have. */
  lacksRequiredFactor: boolean;
}

/**
 * Returns the members that a text mentions as `@username`, ignoring case. Only members are looked up, so comments
 * cannot be used to probe for accounts.
 *
 * @throws AppError LIMIT_REACHED
 */
export async function findMentions(tx: Tx, workspaceId: string, body: string): Promise<MentionedMember[]> {
  if (!body.includes("@")) return [];
  // Names are in this normal form. Some systems write accents as separate characters.
  const text = body.normalize("NFC");
  const candidates = await tx
    .select({
      id: users.id,
      username: users.username,
      fullName: users.fullName,
      email: users.email,
      secondFactor: memberColumns.secondFactor,
      isFactorRequired: workspaces.secondFactorRequired,
    })
    .from(workspaceMembers)
    .innerJoin(users, eq(users.id, workspaceMembers.userId))
    .innerJoin(workspaces, eq(workspaces.id, workspaceMembers.workspaceId))
    .where(
      and(
        eq(workspaceMembers.workspaceId, workspaceId),
        isNull(users.deactivatedAt),
        isPersonal,
        // User names may contain any character, even spaces, so the query searches the text for each name.
        sql`strpos(lower(${text}), '@' || lower(${users.username}::text)) > 0`,
      ),
    );
  const mentioned = parseMentions(text, candidates);
  if (mentioned.length > maxMentions) throw new AppError("LIMIT_REACHED");
  return mentioned.map(({ secondFactor, isFactorRequired, ...person }) => ({
    ...person,
    lacksRequiredFactor: isFactorRequired && secondFactor === "none",
  }));
}

/**
 * Returns the people that a text mentions: for each `@` at the start of a word, the one with the longest matching
 * name.
 */
function parseMentions<P extends { username: string }>(body: string, people: readonly P[]): P[] {
  const longestFirst = people.toSorted((a, b) => b.username.length - a.username.length);
  const found = new Set<P>();
  for (const { index } of body.matchAll(/(?<![\p{L}\p{N}_])@/gu)) {
    const person = longestFirst.find(({ username }) => isNameAt(body, index + 1, username));
    if (person !== undefined) found.add(person);
  }
  return [...found];
}

function isNameAt(body: string, at: number, username: string): boolean {
  const end = at + username.length;
  return (
    body.slice(at, end).toLowerCase() === username.toLowerCase() && !/^[\p{L}\p{N}_]/u.test(body.slice(end))
  );
}
