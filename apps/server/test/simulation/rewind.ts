import { backUp } from "./backup.ts";
import type { Operation } from "./plan.ts";
import type { Scene } from "./scene.ts";

/** The words of a text. Each word is unique. */
export const wordsIn = (text: string): string[] => text.match(/\[[^\][]+\]/g) ?? [];

export async function keepBackup(scene: Scene): Promise<void> {
  const { observer, documentId, household, machines } = scene;
  const { workspaceId } = household;
  scene.past.backup = await machines.statements.during(() => backUp(observer, { documentId, workspaceId }));
}

/**
 * Restores the database to its backup, either under running servers, as after the promotion of a lagging replica, or with a
 * restart. The texts that users hold outside of their windows are replaced as well.
 */
export async function rewind(scene: Scene, operation: Extract<Operation, { kind: "rewind" }>): Promise<void> {
  const { past, servers, machines, windows, world } = scene;
  const { backup } = past;
  if (backup === null) return;
  await machines.statements.during(async () => {
    if (operation.restarts) for (const server of servers) await server.kill();
    await Promise.all(machines.linesInUse().map((line) => line.loseAll()));
    await backup.restore(operation);
  });
  const open = windows.flatMap(({ live }) => live ?? []);
  const texts = new Set(open.map(({ ytext }) => ytext.toJSON()));
  past.wasAtRest = texts.size === 1 && open.every(({ saveState }) => saveState.get().status === "saved");
  past.rewinds += 1;
  past.words = new Set(windows.flatMap(({ live }) => wordsIn(live?.ytext.toJSON() ?? "")));
  past.claims = windows.flatMap(({ claims }) => claims).filter(({ seq }) => seq <= backup.version);
  scene.answers = scene.answers.filter(({ version }) => version <= backup.version);
  scene.forged = [];
  for (const member of scene.members)
    member.held = member.held.filter(({ version }) => version <= backup.version);
  const held = scene.members.flatMap((member) => member.held);
  scene.newest = held.reduce((newest, one) => (one.version > newest.version ? one : newest));
  world.note(`is at ${backup.version} again`);
  for (const server of servers) if (server.process === null) server.start();
}
