import type { Role } from "@mdreader/contract";

import type { TestApp } from "../app.ts";
import { type TestActor, insertUser, insertWorkspace } from "../factories.ts";

/** Who tries: someone of each role, and those who have none. */
export type MatrixActor = Role | "nobody" | "outsider" | "removed";
export const matrixActors = ["nobody", "outsider", "removed", "viewer", "editor", "admin", "owner"] as const;

/** A workspace with someone of each role, as each cell of the matrix gets one of its own. */
export interface MatrixFixture {
  app: TestApp;
  workspaceId: string;
  people: Record<Exclude<MatrixActor, "nobody">, TestActor>;
}

/** Makes a world. */
export async function createMatrixFixture(app: TestApp): Promise<MatrixFixture> {
  const [outsider, removed, viewer, editor, admin, owner] = await Promise.all([
    insertUser(app),
    insertUser(app),
    insertUser(app),
    insertUser(app),
    insertUser(app),
    insertUser(app),
  ]);
  const { id } = await insertWorkspace(app, { viewer: [viewer, removed], editor, admin, owner });
  await owner.client.workspace.member.remove({ workspaceId: id, userId: removed.id });
  return { app, workspaceId: id, people: { outsider, removed, viewer, editor, admin, owner } };
}
