import { randomBytes } from "node:crypto";

import { type Role, roles } from "@mdreader/contract";
import { authSessions, createId, users, workspaceMembers, workspaces } from "@mdreader/db";

import type { Credential } from "../access/identity.ts";
import { noPassword } from "../auth/password/password-hash.ts";
import type { Client, TestApp } from "./app.ts";

/** A signed-in user. */
export interface TestActor {
  id: string;
  email: string;
  username: string;
  credential: Extract<Credential, { kind: "session" }>;
  client: Client;
}

/** Inserts a user without a password, but with a session, because hashing a password is slow. */
export async function insertUser(
  app: TestApp,
  fields: Partial<typeof users.$inferInsert> = {},
): Promise<TestActor> {
  const [actor] = await insertUsers(app, 1, fields);
  if (actor === undefined) throw new Error("no user was inserted");
  return actor;
}

/** Inserts a user whose account was deleted and is not purged yet. */
export const insertDeletedUser = (app: TestApp): Promise<TestActor> => {
  const deletedAt = app.services.clock.now();
  const purgeAt = new Date(deletedAt.getTime() + 86_400_000).toISOString();
  const at = deletedAt.toISOString();
  return insertUser(app, { deactivatedAt: at, deletedAt: at, purgeAt });
};

/** Inserts several users with a session each, in two statements. */
export async function insertUsers(
  app: TestApp,
  count: number,
  fields: Partial<typeof users.$inferInsert> = {},
): Promise<TestActor[]> {
  const { db } = app.services.database;
  const rows = Array.from({ length: count }, () => {
    const id = createId();
    const name = `user-${id.slice(-12)}`;
    return { id, email: `${name}@example.test`, username: name, passwordHash: noPassword, ...fields };
  });
  await db.insert(users).values(rows);
  const actors = rows.map(({ id, email, username }): TestActor => {
    const credential = { kind: "session" as const, userId: id, sessionId: createId() };
    return { id, email, username, credential, client: app.as(credential) };
  });
  await db.insert(authSessions).values(
    actors.map(({ id, credential }) => ({
      id: credential.sessionId,
      userId: id,
      tokenHash: randomBytes(32),
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    })),
  );
  return actors;
}

/** Inserts a workspace with these members. */
export async function insertWorkspace(
  app: TestApp,
  members: Partial<Record<Role, Pick<TestActor, "id"> | Pick<TestActor, "id">[]>>,
): Promise<{ id: string }> {
  const { db } = app.services.database;
  const id = createId();
  await db.insert(workspaces).values({ id, name: `workspace-${id.slice(-12)}` });
  const rows = roles.flatMap((role) =>
    [members[role] ?? []].flat().map((actor) => ({ workspaceId: id, userId: actor.id, role })),
  );
  if (rows.length > 0) await db.insert(workspaceMembers).values(rows);
  return { id };
}

/** A workspace with a member of each role, and a user who is not a member. */
export interface Team extends Record<Role | "outsider", TestActor> {
  workspaceId: string;
}

/** Inserts a workspace with a member of each role, and a user who is not a member. */
export async function createTeam(app: TestApp): Promise<Team> {
  const [owner, admin, editor, commenter, viewer, outsider] = await insertUsers(app, 6);
  if (!owner || !admin || !editor || !commenter || !viewer || !outsider) throw new Error("a user is missing");
  const { id } = await insertWorkspace(app, { owner, admin, editor, commenter, viewer });
  return { workspaceId: id, owner, admin, editor, commenter, viewer, outsider };
}

/** Adds a member to a workspace. */
export async function insertMember(
  app: TestApp,
  workspaceId: string,
  actor: Pick<TestActor, "id">,
  role: Role,
): Promise<void> {
  await app.services.database.db.insert(workspaceMembers).values({ workspaceId, userId: actor.id, role });
}
