import { type AppError, toAppError } from "@mdreader/api";
import { foldLog } from "@mdreader/api/testing";

import type { Operation } from "./plan.ts";
import type { Answered, HeldText, Member, Scene } from "./scene.ts";
import type { ServerProcess } from "./server.ts";

/** Does what was planned. Where there is nobody to do it just now, nothing is done. */
export async function perform(scene: Scene, operation: Operation): Promise<void> {
  const { world } = scene;
  world.note(`does ${JSON.stringify(operation)}`);
  switch (operation.kind) {
    case "type":
    case "erase":
    case "stall":
    case "cut":
    case "silence":
    case "reload":
      return changeWindow(scene, operation);
    case "kill":
    case "stop": {
      const slot = take(scene.servers, operation.server);
      await slot[operation.kind]();
      world.time.after(operation.ms, () => slot.process ?? slot.start());
      return;
    }
    case "deafen": {
      const { weather } = scene.bus;
      scene.bus.weather = { ...weather, loss: 1 };
      world.time.after(operation.ms, () => {
        scene.bus.weather = { ...scene.bus.weather, loss: Math.min(weather.loss, 0.3) };
      });
      return;
    }
    case "fold": {
      const { process } = take(scene.servers, operation.server);
      if (process === null) return;
      scene.hasFolded = true;
      const limits = { entriesPerSnapshot: 1, bytesPerSnapshot: 1, keptSnapshots: operation.kept };
      const { database, documents } = process.services;
      await call(scene, process, "fold", [], () =>
        foldLog(database.sql, documents, scene.documentId, limits),
      );
      return;
    }
    case "role":
      return changeRole(scene, operation);
    case "read":
    case "save":
    case "restore":
    case "rename":
    case "comment":
      return write(scene, operation);
  }
}

type OfKind<K extends Operation["kind"]> = Extract<Operation, { kind: K }>;
type OnWindow = OfKind<"type" | "erase" | "stall" | "cut" | "silence" | "reload">;

let words = 0;

async function changeWindow(scene: Scene, operation: OnWindow): Promise<void> {
  const window = take(scene.windows, operation.window);
  const { line } = window;
  switch (operation.kind) {
    case "type":
      window.type((text) => {
        text.insert(Math.floor(operation.place * (text.length + 1)), `[${window.name}.${(words += 1)}]`);
      });
      return;
    case "erase":
      window.type((text) => {
        const at = Math.floor(operation.place * text.length);
        text.delete(at, Math.min(operation.length, text.length - at));
      });
      return;
    case "stall":
      return line.stall(operation.ms);
    case "cut":
      return line.cut();
    case "silence":
      return line.silence();
    case "reload":
      if (window.live === null) return;
      window.close(operation.how);
      line.server = operation.server;
      return window.open();
  }
}

async function changeRole(scene: Scene, { person, server }: OfKind<"role">): Promise<void> {
  const member = take(scene.members, person);
  const { process } = take(scene.servers, server);
  if (process === null || member.isChanging) return;
  const { workspaceId, owner } = scene.household;
  const { userId } = member.person;
  const role = member.role === "editor" ? "viewer" : "editor";
  member.isChanging = true;
  await call(scene, process, "role", [], () =>
    process.as(owner).workspace.member.updateRole({ workspaceId, userId, role }),
  );
  member.role = role;
  member.isChanging = false;
}

type Write = OfKind<"read" | "save" | "restore" | "rename" | "comment">;

async function write(scene: Scene, operation: Write): Promise<void> {
  const { process } = take(scene.servers, operation.server);
  const member = take(scene.members, operation.person);
  if (process === null) return;
  const { documentId: id } = scene;
  const caller = process.as(member.person);
  const floor = scene.newest.version;
  const note = (answer: Omit<Answered, "floor" | "what">) => {
    scene.answers.push({ what: `${operation.kind} by ${member.person.name}`, floor, ...answer });
    hold(scene, member, answer);
  };
  switch (operation.kind) {
    case "read": {
      const read = await call(scene, process, "read", [], () => caller.document.get({ id }));
      if (read !== null) member.held.push({ version: read.version, text: read.content });
      return;
    }
    case "save":
      return save(scene, { operation, member, process }, note);
    case "restore": {
      const number = operation.version;
      const may = mayBeRefused(member, "NOT_FOUND");
      const answer = await call(scene, process, "restore", may, () =>
        caller.document.version.restore({ id, number }),
      );
      if (answer !== null) note({ version: answer.version, text: null, restored: number });
      return;
    }
    case "rename": {
      const title = `Plan ${scene.answers.length}`;
      await call(scene, process, "rename", mayBeRefused(member), () => caller.document.update({ id, title }));
      return;
    }
    case "comment":
      await call(scene, process, "comment", [], () =>
        process.as(scene.household.owner).document.comment.create({ documentId: id, body: "Is that so?" }),
      );
  }
}

async function save(
  scene: Scene,
  { operation, member, process }: { operation: OfKind<"save">; member: Member; process: ServerProcess },
  note: (answer: Omit<Answered, "floor" | "what">) => void,
): Promise<void> {
  const { documentId: id } = scene;
  const base = operation.base === "own" ? (member.held.at(-1) ?? scene.newest) : scene.newest;
  const text = editText(scene, member, base, operation.edit);
  const caller = process.as(member.person);
  const may = mayBeRefused(member, ...(scene.hasFolded ? (["VERSION_CONFLICT"] as const) : []));
  if (operation.base === "none") {
    const answer = await call(scene, process, "save without a base", may, () =>
      caller.document.update({ id, content: text, overwrite: true }),
    );
    if (answer !== null) note({ version: answer.version, text: answer.content });
    return;
  }
  const answer = await call(scene, process, "save", may, () =>
    caller.document.applyText({ id, baseVersion: base.version, text }),
  );
  if (answer !== null) note({ version: answer.version, text: answer.content });
}

function editText(scene: Scene, { held }: Member, { text }: HeldText, edit: OfKind<"save">["edit"]): string {
  const word = `[saved.${(words += 1)}]`;
  switch (edit) {
    case "append":
      return `${text}${word}\n`;
    case "prepend":
      return `${word}\n${text}`;
    case "shorten":
      return text.slice(0, Math.floor(text.length / 2));
    case "earlier":
      return (held.at(-2) ?? held.at(-1) ?? scene.answers.findLast((one) => one.text !== null))?.text ?? text;
  }
}

function hold(
  scene: Scene,
  member: Member,
  { version, text }: { version: number; text: string | null },
): void {
  if (text === null) return;
  member.held.push({ version, text });
  if (version > scene.newest.version) scene.newest = { version, text };
}

/** What someone may be told who may not edit, or may not for a moment. */
function mayBeRefused(member: Member, ...others: AppError["reason"][]): () => AppError["reason"][] {
  const before = isFree(member);
  return () => [...others, ...(before && isFree(member) ? [] : (["ROLE_TOO_LOW", "NOT_FOUND"] as const))];
}

const isFree = ({ role, isChanging }: Member) => role === "editor" && !isChanging;

/** Calls a server. @returns Null where it was refused; that is a surprise but for the reasons that there are for it. */
async function call<T>(
  scene: Scene,
  process: ServerProcess,
  what: string,
  may: AppError["reason"][] | (() => AppError["reason"][]),
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    // What is left of a server that was killed says nothing that anyone hears.
    if (!scene.servers.some((slot) => slot.process === process)) return null;
    const { reason, cause } = toAppError(error);
    scene.world.note(`${what} is refused: ${reason}`);
    const allowed = typeof may === "function" ? may() : may;
    if (!allowed.includes(reason))
      scene.surprises.push(`${what} is refused: ${reason} ${cause instanceof Error ? cause.message : ""}`);
    return null;
  }
}

function take<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`There is no ${index}.`);
  return found;
}
