import type { Role } from "@mdreader/contract";

import type { TestApp } from "../app.ts";
import { type Actor, aUser, aWorkspace } from "../factories.ts";

/** Who tries: someone of each role, and those who have none. */
export type Try = Role | "nobody" | "outsider" | "removed";
export const tries = ["nobody", "outsider", "removed", "viewer", "editor", "admin", "owner"] as const;

/** A workspace with someone of each role, as each cell of the matrix gets one of its own. */
export interface World {
  app: TestApp;
  workspaceId: string;
  people: Record<Exclude<Try, "nobody">, Actor>;
}

/** Makes a world. */
export async function aWorld(app: TestApp): Promise<World> {
  const [outsider, removed, viewer, editor, admin, owner] = await Promise.all([
    aUser(app),
    aUser(app),
    aUser(app),
    aUser(app),
    aUser(app),
    aUser(app),
  ]);
  const { id } = await aWorkspace(app, { viewer: [viewer, removed], editor, admin, owner });
  await owner.client.workspace.member.remove({ workspaceId: id, userId: removed.id });
  return { app, workspaceId: id, people: { outsider, removed, viewer, editor, admin, owner } };
}
