import { type Role, role as isRole } from "@mdreader/contract";

import type { TestApp } from "../app.ts";
import { insertMember, createTeam, insertUser, type TestActor } from "../factories.ts";

/** The actor of a call: someone with each role, or without one. The superuser is not a member. */
export type MatrixActor = Role | "nobody" | "outsider" | "removed" | "superuser";
export const matrixActors = [
  "nobody",
  "outsider",
  "removed",
  "superuser",
  "viewer",
  "commenter",
  "editor",
  "admin",
  "owner",
] as const;

/** Whether the actor has a role in the workspace. */
export const hasRole = (who: MatrixActor): who is Role => isRole.safeParse(who).success;

/** A workspace with a member of each role. Each call of the matrix gets one that no other call has changed. */
export interface MatrixFixture {
  app: TestApp;
  workspaceId: string;
  people: Record<Exclude<MatrixActor, "nobody">, TestActor>;
}

/** Creates a fixture. */
export async function createMatrixFixture(app: TestApp): Promise<MatrixFixture> {
  const [{ workspaceId, ...team }, removed, superuser] = await Promise.all([
    createTeam(app),
    insertUser(app),
    insertUser(app, { isSuperuser: true }),
  ]);
  await insertMember(app, workspaceId, removed, "viewer");
  await team.owner.client.workspace.member.remove({ workspaceId, userId: removed.id });
  return { app, workspaceId, people: { ...team, removed, superuser } };
}

/**
 * The input of each procedure in the matrix. Given the fixture and the actor, a row returns an input, or a promise of
 * one, with which a permitted call succeeds. Rows create required resources, such as a document to delete, in that
 * fixture.
 */
export type Rows = Record<string, (fixture: MatrixFixture, who: MatrixActor) => unknown>;
