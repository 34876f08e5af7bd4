/**
 * What a synchronization has to do, worked out from three things alone: what both sides were when they last agreed, what
 * the folder is now, and what the workspace is now. Nothing is asked or changed here.
 *
 * A change on one side goes to the other. A text that both changed is sent with the version it was made from, so that
 * the server merges it. A deletion never takes along what the other side has written since.
 */

/**
 * A document when both sides last agreed on it. What tells its states apart in the workspace is its version's number; other
 * files have none, and go by their hash.
 */
export interface Agreed<Version = number> {
  /** Its file's path in the folder, with slashes. */
  path: string;
  /** The version whose text the file held. */
  version: Version;
  /** SHA-256 of that text. */
  hash: string;
}

export interface LocalFile {
  path: string;
  hash: string;
}

export interface RemoteDocument<Version = number> {
  id: string;
  /** The path that its file has, or would have. */
  path: string;
  version: Version;
}

export interface Situation<Version> {
  /** By the documents' ids. */
  agreed: ReadonlyMap<string, Agreed<Version>>;
  local: readonly LocalFile[];
  /** Whether there is something at a path that can't be read: what belongs to it is left alone. */
  isUnreadable(path: string): boolean;
  remote: readonly RemoteDocument<Version>[];
  /** What the disk takes for one path. */
  keyOf(path: string): string;
}

export type Step =
  /** A new file becomes a document. */
  | { kind: "add"; path: string }
  /** A document gets its file: a new one, or one that was written after its file was deleted. */
  | { kind: "take"; id: string; path: string }
  /** There is a new file and a new document of one path. */
  | { kind: "meet"; id: string; path: string }
  /** Both are there. `move` names the side whose path changes, from `from` to `path`; `text` says where it goes. */
  | {
      kind: "update";
      id: string;
      from: string;
      path: string;
      move: "here" | "there" | null;
      text: "send" | "fetch" | null;
    }
  /** One side is gone, and the other is as it was. */
  | { kind: "remove"; id: string; path: string; side: "here" | "there" }
  /** The document was deleted, but its file was changed since. */
  | { kind: "revive"; id: string; path: string }
  /** Both are gone. */
  | { kind: "forget"; id: string };

/** The steps that make both sides agree. */
export function plan<Version>(situation: Situation<Version>): Step[] {
  const { agreed, local, isUnreadable, remote, keyOf } = situation;
  const files = new Map(local.map((file) => [keyOf(file.path), file]));
  const documents = new Map(remote.map((document) => [document.id, document]));
  const owned = new Map<string, LocalFile>();
  for (const [id, { path }] of agreed) {
    const file = files.get(keyOf(path));
    if (file === undefined) continue;
    owned.set(id, file);
    files.delete(keyOf(path));
  }
  const missing = [...agreed].filter(([id, { path }]) => !owned.has(id) && !isUnreadable(path));
  for (const [id, file] of findMoved(missing, [...files.values()])) {
    owned.set(id, file);
    files.delete(keyOf(file.path));
  }

  const steps: Step[] = [];
  for (const [id, before] of agreed) {
    if (isUnreadable(before.path)) continue;
    const step = stepFor(id, before, owned.get(id), documents.get(id));
    if (step !== null) steps.push(step);
  }
  for (const { id, path } of remote) {
    if (agreed.has(id)) continue;
    const isMet = files.delete(keyOf(path));
    if (isMet) steps.push({ kind: "meet", id, path });
    else if (!isUnreadable(path)) steps.push({ kind: "take", id, path });
  }
  for (const { path } of files.values()) steps.push({ kind: "add", path });
  return steps;
}

/** Files with the text that a missing one had, by the documents they are now: each was moved or renamed. */
function findMoved<Version>(
  missing: readonly (readonly [string, Agreed<Version>])[],
  unowned: readonly LocalFile[],
): Map<string, LocalFile> {
  const byHash = Map.groupBy(unowned, ({ hash }) => hash);
  const moved = new Map<string, LocalFile>();
  for (const [id, { path, hash }] of missing) {
    const candidates = byHash.get(hash) ?? [];
    const sameName = candidates.findIndex((file) => nameOf(file.path) === nameOf(path));
    const [file] = candidates.splice(Math.max(sameName, 0), 1);
    if (file !== undefined) moved.set(id, file);
  }
  return moved;
}

const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

function stepFor<Version>(
  id: string,
  before: Agreed<Version>,
  here: LocalFile | undefined,
  there: RemoteDocument<Version> | undefined,
): Step | null {
  if (here === undefined && there === undefined) return { kind: "forget", id };
  if (here === undefined || there === undefined) return stepForOne(id, before, here, there);
  // Where both were moved, the workspace's path holds: others see it already.
  const move = there.path !== before.path ? "here" : here.path !== before.path ? "there" : null;
  const path = move === "here" ? there.path : here.path;
  const moves = move !== null && (move === "there" || here.path !== path) ? move : null;
  const text = here.hash !== before.hash ? "send" : there.version !== before.version ? "fetch" : null;
  if (moves === null && text === null) return null;
  return { kind: "update", id, from: here.path, path, move: moves, text };
}

function stepForOne<Version>(
  id: string,
  before: Agreed<Version>,
  here: LocalFile | undefined,
  there: RemoteDocument<Version> | undefined,
): Step | null {
  if (there !== undefined) {
    return there.version === before.version
      ? { kind: "remove", id, path: there.path, side: "there" }
      : { kind: "take", id, path: there.path };
  }
  if (here === undefined) return null;
  return here.hash === before.hash
    ? { kind: "remove", id, path: here.path, side: "here" }
    : { kind: "revive", id, path: here.path };
}

/** Where changes go: both ways, only into the folder, or only into the workspace. */
export type Direction = "both" | "here" | "there";

/** Of a plan, what goes one way. What both sides changed is merged, which takes both: it is left out of `here`. */
export function towards(direction: Direction, steps: readonly Step[]): Step[] {
  if (direction === "both") return [...steps];
  return steps.flatMap((step) => {
    switch (step.kind) {
      case "forget":
      case "meet":
        return [step];
      case "take":
        return direction === "here" ? [step] : [];
      case "add":
      case "revive":
        return direction === "there" ? [step] : [];
      case "remove":
        return step.side === direction ? [step] : [];
      case "update":
        return partOf(direction, step);
    }
  });
}

function partOf(direction: "here" | "there", step: Extract<Step, { kind: "update" }>): Step[] {
  const text = (direction === "here" ? "fetch" : "send") === step.text ? step.text : null;
  const move = step.move === direction ? step.move : null;
  if (text === null && move === null) return [];
  return [{ ...step, text, move, path: move === null ? step.from : step.path }];
}
