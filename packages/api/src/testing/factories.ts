import { randomBytes } from "node:crypto";

import type { Role } from "@mdreader/contract";
import { authSessions, createId, users, workspaceMembers, workspaces } from "@mdreader/db";

import type { Credential } from "../access/identity.ts";
import type { Client, TestApp } from "./app.ts";

/** A signed-in user. */
export interface TestActor {
  id: string;
  email: string;
  username: string;
  credential: Extract<Credential, { kind: "session" }>;
  client: Client;
}

/** A hash that no password matches. Users made by factories sign in with the session that they are given. */
const noPassword = "no password";

/** Inserts a user with a session directly into the database, because hashing a password is slow. */
export async function insertUser(
  app: TestApp,
  fields: Partial<typeof users.$inferInsert> = {},
): Promise<TestActor> {
  const { db } = app.services.database;
  const id = createId();
  const name = `user-${id.slice(-12)}`;
  const [user] = await db
    .insert(users)
    .values({ id, email: `${name}@example.test`, username: name, passwordHash: noPassword, ...fields })
    .returning();
  if (user === undefined) throw new Error("no user was inserted");
  const credential = { kind: "session" as const, userId: id, sessionId: createId() };
  await db.insert(authSessions).values({
    id: credential.sessionId,
    userId: id,
    tokenHash: randomBytes(32),
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  });
  return { id, email: user.email, username: user.username, credential, client: app.as(credential) };
}

/** Inserts a workspace with these members. */
export async function insertWorkspace(
  app: TestApp,
  members: Partial<Record<Role, Pick<TestActor, "id"> | Pick<TestActor, "id">[]>>,
): Promise<{ id: string }> {
  const { db } = app.services.database;
  const id = createId();
  await db.insert(workspaces).values({ id, name: `workspace-${id.slice(-12)}` });
  for (const role of ["owner", "admin", "editor", "viewer"] as const) {
    for (const actor of [members[role] ?? []].flat()) await addMember(app, id, actor, role);
  }
  return { id };
}

/** Adds a member to a workspace. */
export async function addMember(
  app: TestApp,
  workspaceId: string,
  actor: Pick<TestActor, "id">,
  role: Role,
): Promise<void> {
  await app.services.database.db.insert(workspaceMembers).values({ workspaceId, userId: actor.id, role });
}
