import { call, listPossibleHidings, listPossibleRefusals, take } from "./call.ts";
import type { Operation } from "./plan.ts";
import type { Answered, KnownText, Member, Scene } from "./scene.ts";
import type { ServerProcess } from "./server.ts";

type OfKind<K extends Operation["kind"]> = Extract<Operation, { kind: K }>;
type Write = OfKind<"read" | "save" | "restore" | "rename" | "comment">;
/** The known part of the response to a save. */
type HeldAnswer = { version: number; content: string | null };
type Note = (answer: Omit<Answered, "floor" | "what">) => void;

/** Calls a server directly as a user, without a window. */
export async function write(scene: Scene, operation: Write): Promise<void> {
  const { process } = take(scene.servers, operation.server);
  const member = take(scene.members, operation.person);
  if (process === null) return;
  const { documentId: id } = scene;
  const caller = process.as(member.person);
  const floor = scene.newest.version;
  const note: Note = (answer) => {
    scene.answers.push({ what: `${operation.kind} by ${member.person.name}`, floor, ...answer });
    hold(scene, member, answer);
  };
  switch (operation.kind) {
    case "read": {
      const read = await call(scene, process, "read", listPossibleHidings(member), () =>
        caller.document.get({ id }),
      );
      if (read !== null) note({ version: read.version, text: read.content });
      return;
    }
    case "save":
      return save(scene, { operation, member, process }, note);
    case "restore": {
      const number = operation.version;
      const may = listPossibleRefusals(member, "NOT_FOUND");
      const answer = await call(scene, process, "restore", may, () =>
        caller.document.version.restore({ id, number }),
      );
      if (answer !== null) note({ version: answer.version, text: null, restored: number });
      return;
    }
    case "rename": {
      const title = `Plan ${scene.answers.length}`;
      await call(scene, process, "rename", listPossibleRefusals(member), () =>
        caller.document.update({ id, title }),
      );
      return;
    }
    case "comment":
      await call(scene, process, "comment", [], () =>
        process.as(scene.team.owner).document.comment.create({ documentId: id, body: "Is that so?" }),
      );
  }
}

async function save(
  scene: Scene,
  { operation, member, process }: { operation: OfKind<"save">; member: Member; process: ServerProcess },
  note: Note,
): Promise<void> {
  const { documentId: id } = scene;
  const base = operation.base === "own" ? (member.knownTexts.at(-1) ?? scene.newest) : scene.newest;
  const text = editText(scene, member, base, operation.edit);
  const caller = process.as(member.person);
  const may = listPossibleRefusals(member, ...(scene.hasFolded ? (["VERSION_CONFLICT"] as const) : []));
  const answer = await call<HeldAnswer>(scene, process, "save", may, () =>
    operation.base === "none"
      ? caller.document.update({ id, content: text, overwrite: true })
      : caller.document.applyText({ id, baseVersion: base.version, text }),
  );
  if (answer !== null) note({ version: answer.version, text: answer.content });
}

function editText(
  scene: Scene,
  { knownTexts }: Member,
  { text }: KnownText,
  edit: OfKind<"save">["edit"],
): string {
  const word = `[saved.${scene.nextWord()}]`;
  switch (edit) {
    case "append":
      return `${text}${word}\n`;
    case "prepend":
      return `${word}\n${text}`;
    case "shorten":
      return text.slice(0, Math.floor(text.length / 2));
    case "earlier":
      return (
        (knownTexts.at(-2) ?? knownTexts.at(-1) ?? scene.answers.findLast((one) => one.text !== null))
          ?.text ?? text
      );
  }
}

function hold(
  scene: Scene,
  member: Member,
  { version, text }: { version: number; text: string | null },
): void {
  if (text === null) return;
  member.knownTexts.push({ version, text });
  if (version > scene.newest.version) scene.newest = { version, text };
}
