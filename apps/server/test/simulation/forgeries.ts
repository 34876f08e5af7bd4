import * as Y from "yjs";

import { call, listPossibleRefusals, take } from "./call.ts";
import type { Forgery, Operation } from "./plan.ts";
import type { Forged, Member, Scene } from "./scene.ts";

type Forge = Extract<Operation, { kind: "forge" }>;

/** The reasons for which a server rejects each forgery. */
const reasons = {
  "foreign text": ["FOREIGN_CLIENT_ID"],
  "foreign garbage": ["FOREIGN_CLIENT_ID", "BAD_UPDATE"],
  gap: ["UPDATE_GAP"],
  "text writer": ["FOREIGN_CLIENT_ID"],
  outsider: ["NOT_FOUND"],
  whole: [],
} as const satisfies Record<Forgery, unknown>;

/** Pushes an update that no honest client would send. */
export async function forge(scene: Scene, { person, server, forgery, target }: Forge): Promise<void> {
  const { documentId: id, team, scheduler } = scene;
  const { process } = take(scene.servers, server);
  const member = take(scene.members, person);
  if (process === null || member.role === "none") return;
  const reader = process.as(team.owner);
  const pulled = await call(scene, process, "pull", [], () => reader.document.pull({ id }));
  if (pulled === null) return;
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Buffer.from(pulled.update, "base64"));
  doc.clientID = 1 + scheduler.random("client ids").below(2 ** 31);
  const marker = `[forged.${scene.nextWord()}]`;
  const made = createUpdate(scene, { doc, member, marker, forgery, target });
  if (made === null) return;
  const forged: Forged = {
    what: `${forgery} by ${member.person.name}`,
    marker,
    under: made.under,
    isTaken: false,
  };
  scene.forgedUpdates.push(forged);
  const sender = forgery === "outsider" ? team.outsider : member.person;
  // Known structs are ignored, and the new ones are the sender's own, so the push may be written.
  const expected = listPossibleRefusals(member, ...reasons[forgery]);
  const update = Buffer.from(made.update).toString("base64");
  // A lagging server finds everything that this depends on as soon as it polls.
  const other = take(scene.servers, (server + 1) % scene.servers.length).process ?? process;
  const taker = forgery === "whole" && isElsewhere(target) ? other : process;
  const pushed = await call(scene, taker, forgery, expected, () =>
    taker.as(sender).document.push({ id, update }),
  );
  forged.isTaken = pushed !== null;
  if (forgery === "whole") scene.forgedUpdates.splice(scene.forgedUpdates.indexOf(forged), 1);
}

/** Whether only the new structs are sent, to another server than the one that was read. */
const isElsewhere = (target: number) => target < 0.5;

interface ForgedUpdate {
  update: Uint8Array;
  under: Forged["under"];
}

function createUpdate(
  scene: Scene,
  {
    doc,
    member,
    marker,
    forgery,
    target,
  }: { doc: Y.Doc; member: Member; marker: string; forgery: Forgery; target: number },
): ForgedUpdate | null {
  const text = doc.getText("content");
  const insert = (word = marker) => {
    if (scene.plan.unit === "lines") text.insert(0, `${word}\n`);
    else text.insert(Math.floor(target * (text.length + 1)), word);
  };
  const own = new Set(
    scene.windows.filter(({ person }) => person === member.person).flatMap(({ own: ids }) => [...ids.keys()]),
  );
  const known = Y.decodeStateVector(Y.encodeStateVector(doc));
  const pick = (clients: number[]) => clients[Math.floor(target * clients.length)];
  const others = pick([...known.keys()].filter((client) => client < 2 ** 32 && !own.has(client)));
  switch (forgery) {
    case "whole": {
      const before = Y.encodeStateVector(doc);
      insert();
      return { update: Y.encodeStateAsUpdate(doc, isElsewhere(target) ? before : undefined), under: null };
    }
    case "outsider":
    case "gap": {
      if (forgery === "gap") insert("[missing]");
      const before = Y.encodeStateVector(doc);
      insert();
      return { update: Y.encodeStateAsUpdate(doc, before), under: null };
    }
    case "foreign text":
    case "text writer": {
      const client = forgery === "text writer" ? 2 ** 32 + scene.members.length : others;
      if (client === undefined) return null;
      const before = Y.encodeStateVector(doc);
      doc.clientID = client;
      insert();
      const clock = known.get(client) ?? 0;
      return { update: Y.encodeStateAsUpdate(doc, before), under: { client, clock } };
    }
    case "foreign garbage": {
      if (others === undefined) return null;
      return { update: encodeGarbage(others, known.get(others) ?? 0), under: null };
    }
  }
}

const garbageLength = 1000;

/** Encodes an update that claims a thousand clocks of a client. */
function encodeGarbage(client: number, clock: number): Uint8Array {
  const bytes: number[] = [];
  const write = (value: number) => {
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push(0x80 | (rest % 0x80));
    bytes.push(rest);
  };
  for (const value of [1, 1, client, clock, 0, garbageLength, 0]) write(value);
  return Uint8Array.from(bytes);
}
