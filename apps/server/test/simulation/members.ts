import { call, take } from "./call.ts";
import type { Operation } from "./plan.ts";
import type { Member, Scene } from "./scene.ts";
import type { ServerProcess } from "./server.ts";

type Change = Extract<Operation, { kind: "role" | "remove" }>;

/** Toggles a member between editor and viewer, or removes or restores a member. */
export async function changeMember(scene: Scene, { kind, person, server }: Change): Promise<void> {
  const member = take(scene.members, person);
  const { process } = take(scene.servers, server);
  if (process === null || member.isChanging) return;
  if (kind === "role" && member.role === "none") return;
  member.isChanging = true;
  await call(scene, process, kind, [], () =>
    kind === "role" ? changeRole(scene, process, member) : removeOrRejoin(scene, process, member),
  );
  // Without a response, only Postgres knows the outcome.
  member.role = await scene.machines.statements.during(() => readRole(scene, member));
  member.isChanging = false;
}

function changeRole({ team }: Scene, process: ServerProcess, { person, role }: Member): Promise<unknown> {
  const { workspaceId, owner } = team;
  const other = role === "editor" ? "viewer" : "editor";
  return process.as(owner).workspace.member.updateRole({ workspaceId, userId: person.userId, role: other });
}

async function removeOrRejoin(
  { team }: Scene,
  process: ServerProcess,
  { person, role }: Member,
): Promise<unknown> {
  const { workspaceId, owner } = team;
  const { member, invitation } = process.as(owner).workspace;
  if (role !== "none") return member.remove({ workspaceId, userId: person.userId });
  const { token } = await invitation.create({ workspaceId, role: "editor" });
  return process.as(person).workspace.invitation.accept({ token });
}

/** The actual role of a member. */
export async function readRole({ observer, team }: Scene, { person }: Member): Promise<Member["role"]> {
  const [found] = await observer.sql<{ role: Member["role"] }[]>`
    select role from workspace_members
    where workspace_id = ${team.workspaceId} and user_id = ${person.userId}`;
  return found?.role ?? "none";
}
