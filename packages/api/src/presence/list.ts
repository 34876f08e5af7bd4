import type { Person, PresenceList, PresenceStatus } from "@mdreader/contract";
import { documentPresence, users, userSessions } from "@mdreader/db";
import { and, eq, gt, isNull, sql } from "drizzle-orm";

import type { DocumentCheck } from "../access/resource-checks.ts";
import type { Presence } from "./presence.ts";
import { isBusier } from "./status.ts";

/** Upper limit on listed people; rooms are not designed for more. */
const maxListed = 500;

/**
 * Lists who is in a document now. A process that has the room open uses the room itself; other processes use the rows
 * that were written at the last heartbeats.
 */
export async function listPresence(
  presence: Presence,
  check: DocumentCheck<"document.read">,
): Promise<PresenceList> {
  const { access, rows } = await check.select(
    check.db
      .select({
        id: users.id,
        username: users.username,
        fullName: users.fullName,
        status: documentPresence.status,
      })
      .from(documentPresence)
      .innerJoin(userSessions, eq(userSessions.id, documentPresence.userSessionId))
      .innerJoin(users, eq(users.id, documentPresence.userId))
      .where(
        and(
          eq(documentPresence.documentId, check.subject.id),
          isNull(documentPresence.leftAt),
          isNull(userSessions.disconnectedAt),
          gt(documentPresence.lastSeenAt, sql`now() - interval '60 seconds'`),
        ),
      )
      .limit(maxListed),
  );
  const members = presence.listMembers(access.document.id);
  return members === null
    ? mergeConnections(rows.map(({ status, ...user }) => ({ user, status })))
    : mergeConnections(members.slice(0, maxListed));
}

function mergeConnections(windows: readonly { user: Person; status: PresenceStatus }[]): PresenceList {
  const people = new Map<string, PresenceList["people"][number]>();
  for (const { user, status } of windows) {
    const person = people.get(user.id);
    if (person === undefined) people.set(user.id, { user, status, connectionCount: 1 });
    else {
      person.connectionCount += 1;
      if (isBusier(status, person.status)) person.status = status;
    }
  }
  return { people: [...people.values()] };
}
