/**
 * What a synchronization has to do, worked out from three things alone: what both sides were when they last agreed, what
 * the folder is now, and what the workspace is now. Nothing is asked or changed here.
 *
 * A change on one side goes to the other. A text that both changed is sent with the version it was made from, so that
 * the server merges it. A deletion never takes along what the other side has written since.
 */

/** Markdown, which is merged, or any other file, which goes as it is. */
export type Kind = "document" | "file";

/** A document or file when both sides last agreed on it. */
export interface BaseState {
  kind: Kind;
  /** Its path in the folder, with slashes. */
  path: string;
  /** The version of the document whose text the file held; 0 for other files. */
  version: number;
  /** SHA-256 of the text or the bytes as they were on disk. */
  hash: string;
  /** Of a document with attachments that had to make way: its text has other links on disk. */
  relinked?: Relinked | undefined;
}

/** How a document's text on disk differs from that in the workspace. */
export interface Relinked {
  /** SHA-256 of the text in the workspace. */
  hash: string;
  /** The aliases that it was made for. */
  aliases: string;
  /** What leads back to the text in the workspace. */
  spellings: [copied: string, original: string][];
}

export interface LocalFile {
  kind: Kind;
  path: string;
  hash: string;
}

export interface RemoteEntry {
  kind: Kind;
  id: string;
  /** The path that its file has, or would have. */
  path: string;
  version: number;
  /** Null for a text that is just being edited: then its version tells whether it has changed. */
  hash: string | null;
  /** Of a document: where its attachments lie that had to make way, in a form to be compared; none without such. */
  aliases?: string | undefined;
  /** Of a file: the folder that it lies in, and its path from there. */
  place?: { folderId: string | null; path: string };
}

export interface PlanInput {
  /** By the ids of documents and files. */
  base: ReadonlyMap<string, BaseState>;
  /** What was deleted and may come back. */
  removed: ReadonlyMap<string, BaseState>;
  local: readonly LocalFile[];
  /** Whether there is something at a path that can't be read: what belongs to it is left alone. */
  isUnreadable(path: string): boolean;
  remote: readonly RemoteEntry[];
  /** What the disk takes for one path. */
  toPathKey(path: string): string;
}

export type Step = { kind: Kind } & (
  | {
      /** A new file goes to the workspace; where it is one that was deleted, as that one. */
      do: "add";
      path: string;
      restores: string | null;
    }
  /** The folder gets a file: a new one, or one that was written after it was deleted here. */
  | { do: "take"; id: string; path: string }
  /** There is a new one of one path on both sides. */
  | { do: "meet"; id: string; path: string }
  /** Both are there. `move` names the side whose path changes, from `from` to `path`; `text` says where it goes. */
  | {
      do: "update";
      id: string;
      from: string;
      path: string;
      move: "here" | "there" | null;
      text: "send" | "fetch" | null;
      /** Whether a text that is not sent or fetched is known to be the same in the workspace's present version. */
      isSame: boolean;
    }
  /** One side is gone, and the other is as it was. */
  | { do: "remove"; id: string; path: string; side: "here" | "there" }
  /** It was deleted there, but changed here since. */
  | { do: "revive"; id: string; path: string }
  /** Both are gone. */
  | { do: "forget"; id: string }
);

/** The steps that make both sides agree. */
export function planSteps(situation: PlanInput): Step[] {
  const { base, removed, local, isUnreadable, remote, toPathKey } = situation;
  const files = new Map(local.map((file) => [toPathKey(file.path), file]));
  const there = new Map(remote.map((entry) => [entry.id, entry]));
  const owned = findOwned(base, files, there, { isUnreadable, toPathKey });
  for (const { path } of owned.values()) files.delete(toPathKey(path));

  const steps: Step[] = [];
  for (const [id, before] of base) {
    if (isUnreadable(before.path)) continue;
    const step = planStep(id, before, owned.get(id), there.get(id));
    if (step !== null) steps.push(step);
  }
  for (const { id, kind, path } of remote) {
    if (base.has(id)) continue;
    const met = files.get(toPathKey(path));
    if (met?.kind === kind) {
      files.delete(toPathKey(path));
      steps.push({ do: "meet", kind, id, path });
    } else if (!isUnreadable(path)) steps.push({ do: "take", kind, id, path });
  }
  const gone = [...removed].filter(([id]) => !there.has(id) && !base.has(id));
  const restored = findRestored([...files.values()], gone, toPathKey);
  for (const file of files.values()) {
    steps.push({ do: "add", kind: file.kind, path: file.path, restores: restored.get(file) ?? null });
  }
  return steps;
}

/**
 * Which file belongs to what was agreed on. The one at its path does; but where that is gone, or another one has taken its
 * place, a file with its bytes does: it was moved or renamed, perhaps round a circle. One where the workspace has it, too,
 * was moved on both sides, as by a run that was killed before it noted that.
 */
function findOwned(
  base: ReadonlyMap<string, BaseState>,
  files: ReadonlyMap<string, LocalFile>,
  there: ReadonlyMap<string, RemoteEntry>,
  { isUnreadable, toPathKey }: Pick<PlanInput, "isUnreadable" | "toPathKey">,
): Map<string, LocalFile> {
  const owned = new Map<string, LocalFile>();
  const taken = new Set<LocalFile>();
  const own = (id: string, file: LocalFile) => {
    owned.set(id, file);
    taken.add(file);
  };
  const at = ({ kind, path }: BaseState | RemoteEntry) => {
    const file = files.get(toPathKey(path));
    return file?.kind === kind ? file : undefined;
  };
  for (const [id, before] of base) {
    const file = at(before);
    if (file?.hash === before.hash) own(id, file);
  }
  for (const [id, before] of base) {
    const entry = there.get(id);
    const file = entry && at(entry);
    if (file?.hash === before.hash && !taken.has(file) && !owned.has(id) && !isUnreadable(before.path)) {
      own(id, file);
    }
  }
  const left = [...base].filter(([id, { path }]) => !owned.has(id) && !isUnreadable(path));
  const bytesOf = ({ kind, hash }: LocalFile | BaseState) => `${kind} ${hash}`;
  const missed = new Set(left.map(([, before]) => bytesOf(before)));
  const movable = Map.groupBy(
    [...files.values()].filter((file) => !taken.has(file)),
    bytesOf,
  );
  const displaced = left.filter(([, before]) => {
    const file = at(before);
    return file === undefined || taken.has(file) || missed.has(bytesOf(file));
  });
  for (const [id, before] of displaced) {
    const candidates = movable.get(bytesOf(before)) ?? [];
    const sameName = candidates.findIndex(({ path }) => baseName(path) === baseName(before.path));
    const [file] = candidates.splice(Math.max(sameName, 0), 1);
    if (file !== undefined) own(id, file);
  }
  for (const [id, before] of left) {
    const file = at(before);
    if (!owned.has(id) && file !== undefined && !taken.has(file)) own(id, file);
  }
  return owned;
}

/** Which new files are what was deleted: those with its bytes, best at its path, and documents at their paths. */
function findRestored(
  files: readonly LocalFile[],
  removed: readonly (readonly [string, BaseState])[],
  keyOf: PlanInput["toPathKey"],
): Map<LocalFile, string> {
  const found = new Map<LocalFile, string>();
  const used = new Set<string>();
  const keys: ((one: LocalFile | BaseState) => string | null)[] = [
    ({ kind, hash, path }) => `${kind} ${hash} ${keyOf(path)}`,
    ({ kind, path }) => (kind === "document" ? keyOf(path) : null),
    ({ kind, hash }) => `${kind} ${hash}`,
  ];
  // The newest first: it may have been deleted several times.
  const newest = removed.toReversed();
  for (const key of removed.length === 0 ? [] : keys) {
    const candidates = Map.groupBy(
      newest.filter(([id]) => !used.has(id)),
      ([, was]) => key(was),
    );
    for (const file of files) {
      const wanted = key(file);
      const match = wanted === null || found.has(file) ? undefined : candidates.get(wanted)?.shift();
      if (match === undefined) continue;
      found.set(file, match[0]);
      used.add(match[0]);
    }
  }
  return found;
}

const baseName = (path: string) => path.slice(path.lastIndexOf("/") + 1);

const isChanged = (before: BaseState, { hash, version }: RemoteEntry) =>
  hash === null ? version !== before.version : hash !== (before.relinked?.hash ?? before.hash);

function planStep(
  id: string,
  before: BaseState,
  here: LocalFile | undefined,
  there: RemoteEntry | undefined,
): Step | null {
  const { kind } = before;
  if (here === undefined && there === undefined) return { do: "forget", kind, id };
  if (there === undefined) {
    if (here === undefined) return null;
    return here.hash === before.hash
      ? { do: "remove", kind, id, path: here.path, side: "here" }
      : { do: "revive", kind, id, path: here.path };
  }
  if (here === undefined) {
    return isChanged(before, there)
      ? { do: "take", kind, id, path: there.path }
      : { do: "remove", kind, id, path: there.path, side: "there" };
  }
  // Where both were moved, the workspace's path holds: others see it already.
  const move = there.path !== before.path ? "here" : here.path !== before.path ? "there" : null;
  const path = move === "here" ? there.path : here.path;
  const moves = move !== null && (move === "there" || here.path !== path) ? move : null;
  // With other links on disk, equal texts do not mean the same.
  const isRelinked = before.relinked !== undefined || there.aliases !== undefined;
  const isAlike = !isRelinked && here.hash === there.hash;
  const isSame = isAlike || !isChanged(before, there);
  const isOutdated = !isSame || before.relinked?.aliases !== there.aliases;
  const text = isAlike ? null : here.hash !== before.hash ? "send" : isOutdated ? "fetch" : null;
  const isNoted = path === before.path && there.version === before.version && here.hash === before.hash;
  if (moves === null && text === null && isNoted) return null;
  return { do: "update", kind, id, from: here.path, path, move: moves, text, isSame };
}

/** Where changes go: both ways, only into the folder, or only into the workspace. */
export type Direction = "both" | "here" | "there";

/** Of a plan, what goes one way. What both sides changed is merged, which takes both: it is left out of `here`. */
export function filterByDirection(direction: Direction, steps: readonly Step[]): Step[] {
  if (direction === "both") return [...steps];
  return steps.flatMap((step) => {
    switch (step.do) {
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
        return restrictStep(direction, step);
    }
  });
}

function restrictStep(direction: "here" | "there", step: Extract<Step, { do: "update" }>): Step[] {
  const text = (direction === "here" ? "fetch" : "send") === step.text ? step.text : null;
  const move = step.move === direction ? step.move : null;
  if (text === null && move === null && (step.text !== null || step.move !== null)) return [];
  return [{ ...step, text, move, path: move === null ? step.from : step.path }];
}
