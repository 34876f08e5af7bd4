import { type Role, role as isRole } from "@mdreader/contract";

import type { TestApp } from "../app.ts";
import { type TestActor, insertUser, insertUsers, insertWorkspace } from "../factories.ts";

/** The actor of a call: someone with each role, or without one. The superuser is not a member. */
export type MatrixActor = Role | "nobody" | "outsider" | "removed" | "superuser";
export const matrixActors = [
  "nobody",
  "outsider",
  "removed",
  "superuser",
  "viewer",
  "editor",
  "admin",
  "owner",
] as const;

/** Whether the actor has a role in the workspace. */
export const isMember = (who: MatrixActor): who is Role => isRole.safeParse(who).success;

/** A workspace with a member of each role. Each cell of the matrix gets a separate one. */
export interface MatrixFixture {
  app: TestApp;
  workspaceId: string;
  people: Record<Exclude<MatrixActor, "nobody">, TestActor>;
}

/** Creates a fixture. */
export async function createMatrixFixture(app: TestApp): Promise<MatrixFixture> {
  const [outsider, removed, viewer, editor, admin, owner] = await insertUsers(app, 6);
  if (!outsider || !removed || !viewer || !editor || !admin || !owner) throw new Error("a user is missing");
  const superuser = await insertUser(app, { isSuperuser: true });
  const { id } = await insertWorkspace(app, { viewer: [viewer, removed], editor, admin, owner });
  await owner.client.workspace.member.remove({ workspaceId: id, userId: removed.id });
  return { app, workspaceId: id, people: { outsider, removed, superuser, viewer, editor, admin, owner } };
}

/**
 * The input of each procedure in the matrix. Given the fixture and the actor, a row returns an input, or a promise of
 * one, with which a permitted call succeeds. Rows create required resources, such as a document to delete, in that
 * fixture.
 */
export type Rows = Record<string, (world: MatrixFixture, who: MatrixActor) => unknown>;
