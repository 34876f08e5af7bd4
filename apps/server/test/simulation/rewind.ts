import { backUp } from "./backup.ts";
import type { Operation } from "./plan.ts";
import type { Scene } from "./scene.ts";

/** The words of a text, which are unique tokens in brackets. */
export const findTokens = (text: string): string[] => text.match(/\[[^\][]+\]/g) ?? [];

export async function keepBackup(scene: Scene): Promise<void> {
  const { observer, documentId, team, machines } = scene;
  const { workspaceId } = team;
  scene.past.backup = await machines.statements.during(() => backUp(observer, { documentId, workspaceId }));
}

/**
 * Restores the database to its backup, either under running servers, as after the promotion of a lagging replica, or with a
 * restart. Also resets the versions that members have noted outside their windows.
 */
export async function rewind(scene: Scene, operation: Extract<Operation, { kind: "rewind" }>): Promise<void> {
  const { past, servers, machines, windows, scheduler } = scene;
  const { backup } = past;
  if (backup === null) return;
  await machines.statements.during(async () => {
    if (operation.restarts) for (const server of servers) await server.kill();
    await Promise.all(machines.networksInUse().map((network) => network.loseAll()));
    await backup.restore(operation);
  });
  const open = windows.flatMap(({ live }) => live ?? []);
  const texts = new Set(open.map(({ ytext }) => ytext.toJSON()));
  past.wereAllWindowsEqual =
    texts.size === 1 && open.every(({ saveState }) => saveState.get().status === "saved");
  past.rewinds += 1;
  past.words = new Set(windows.flatMap(({ live }) => findTokens(live?.ytext.toJSON() ?? "")));
  past.savedReports = windows
    .flatMap((window) => window.savedReports)
    .filter(({ seq }) => seq <= backup.version);
  scene.answers = scene.answers.filter(({ version }) => version <= backup.version);
  scene.forgedUpdates = [];
  for (const member of scene.members)
    member.knownTexts = member.knownTexts.filter(({ version }) => version <= backup.version);
  const knownTexts = scene.members.flatMap((member) => member.knownTexts);
  scene.newest = knownTexts.reduce((newest, one) => (one.version > newest.version ? one : newest));
  scheduler.note(`database restored to version ${backup.version}`);
  for (const server of servers) if (server.process === null) server.start();
}
