import { randomBytes } from "node:crypto";

import { createTokenIssuer, type DomainSettings, type Services } from "@mdreader/api";
import { authSessions, createId, users, workspaceMembers, workspaces } from "@mdreader/db";

import type { Observer } from "./observer.ts";

/** A signed-in user. */
export interface Person {
  name: string;
  userId: string;
  sessionId: string;
  token: string;
}

/** The workspace and members that all schedules share. */
export interface Team {
  workspaceId: string;
  owner: Person;
  /** The users who can edit, unless a schedule changes that. */
  editors: readonly Person[];
  /** A user without a workspace. */
  outsider: Person;
  settings: DomainSettings;
  tokens: Services["tokens"];
}

const day = 86_400;

export async function createTeam({ db }: Pick<Observer, "db">): Promise<Team> {
  const settings: DomainSettings = {
    appUrl: "http://simulation.test",
    jwtSecret: randomBytes(32).toString("hex"),
    acceptsPasswords: true,
    identityProviders: [],
    accessTokenTtlSeconds: 10 * day,
    refreshTokenTtlSeconds: 30 * day,
    trashRetentionSeconds: 30 * day,
    maxUploadBytes: 1024 * 1024,
    maxImportBytes: 1024 * 1024,
    sendsMail: false,
    fixedInstanceSettings: { workspaceQuotaMb: 1 },
  };
  const tokens = createTokenIssuer(settings, { now: () => new Date() });
  const workspaceId = createId();
  await db.insert(workspaces).values({ id: workspaceId, name: "Simulation" });

  async function createPerson(name: string, role: "owner" | "editor" | null): Promise<Person> {
    const [userId, sessionId] = [createId(), createId()];
    const account = { email: `${userId}@example.test`, username: `user-${userId.slice(-12)}` };
    await db.insert(users).values({ id: userId, ...account, passwordHash: "no password" });
    const expiresAt = new Date(Date.now() + 10 * day * 1000).toISOString();
    await db.insert(authSessions).values({ id: sessionId, userId, tokenHash: randomBytes(32), expiresAt });
    if (role !== null) await db.insert(workspaceMembers).values({ workspaceId, userId, role });
    const { token } = await tokens.issueAccess({ sessionId, userId });
    // Caches the token. Verifying a signature uses a thread, which the simulation does not wait for.
    await tokens.verifyAccess(token);
    return { name, userId, sessionId, token };
  }
  const owner = await createPerson("owner", "owner");
  const editors: Person[] = [];
  for (const name of ["ada", "ben", "cleo", "dan"]) editors.push(await createPerson(name, "editor"));
  const outsider = await createPerson("eve", null);
  return { workspaceId, owner, editors, outsider, settings, tokens };
}
