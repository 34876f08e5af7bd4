import { toBaseName } from "./names.ts";

/**
 * Plans a sync from three inputs: the last synced state, the folder and the workspace. Planning is pure: it makes no requests
 * and no changes.
 *
 * A change on one side is applied to the other. A text changed on both sides is sent with its base version, so that the
 * server merges it. A deletion never removes later edits of the other side.
 */

/** Markdown documents, which are merged, or other files, which are copied. */
export type Kind = "document" | "file";

/** The last synced state of a document or file. */
export interface BaseState {
  kind: Kind;
  /** The path in the folder, with slashes. */
  path: string;
  /** The version of the document that the file contained; 0 for other files. */
  version: number;
  /** SHA-256 of the text or bytes on disk. */
  hash: string;
  /** Set for documents with attachments renamed because of a conflict: their links differ on disk. */
  relinked?: Relinked | undefined;
}

/** The difference between a document's text on disk and in the workspace. */
export interface Relinked {
  /** SHA-256 of the text in the workspace. */
  hash: string;
  /** The aliases that the links were rewritten for. */
  aliases: string;
  /** The link spellings that restore the workspace's text. */
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
  /** The current or future path of its file. */
  path: string;
  version: number;
  /** Null during live editing: then the version shows whether the text has changed. */
  hash: string | null;
  /** For documents: the comparable paths of attachments renamed because of a conflict, if any. */
  aliases?: string | undefined;
  /** For files: the folder, and the path relative to it. */
  place?: { folderId: string | null; path: string };
}

export interface PlanInput {
  /** By the IDs of documents and files. */
  base: ReadonlyMap<string, BaseState>;
  /** Deleted entries that can be restored. */
  removed: ReadonlyMap<string, BaseState>;
  local: readonly LocalFile[];
  /** Whether a path can't be read; its entry is not changed. */
  isUnreadable(path: string): boolean;
  remote: readonly RemoteEntry[];
  /** The key of a path: equal for paths that the disk treats as the same. */
  toPathKey(path: string): string;
}

export type Step = { kind: Kind } & (
  | {
      /** Sends a new file to the workspace, or restores the deleted one that it matches. */
      type: "upload";
      path: string;
      restores: string | null;
    }
  /** Writes a file to the folder: a new one, or one edited after its deletion in the folder. */
  | { type: "download"; id: string; path: string }
  /** Both sides have a new entry at the same path. */
  | { type: "reconcile"; id: string; path: string }
  /** Both sides exist. `move` is the side whose path changes from `from` to `path`; `text` is the direction of the text. */
  | {
      type: "update";
      id: string;
      from: string;
      path: string;
      move: "here" | "there" | null;
      text: "send" | "fetch" | null;
      /** Whether a text that is neither sent nor fetched equals the workspace's current version. */
      matchesRemote: boolean;
    }
  /** Deleted on one side and unchanged on the other. */
  | { type: "remove"; id: string; path: string; side: "here" | "there" }
  /** Deleted in the workspace, but changed in the folder. */
  | { type: "restore"; id: string; path: string }
  /** Deleted on both sides. */
  | { type: "untrack"; id: string }
);

/** A step of one type. */
export type StepOf<Type extends Step["type"]> = Extract<Step, { type: Type }>;

/** Plans the steps that bring both sides in sync. */
export function planSteps(input: PlanInput): Step[] {
  const { base, removed, local, isUnreadable, remote, toPathKey } = input;
  const files = new Map(local.map((file) => [toPathKey(file.path), file]));
  const there = new Map(remote.map((entry) => [entry.id, entry]));
  const matches = matchFiles(base, files, there, { isUnreadable, toPathKey });
  for (const { path } of matches.values()) files.delete(toPathKey(path));

  const steps: Step[] = [];
  for (const [id, before] of base) {
    if (isUnreadable(before.path)) continue;
    const step = planStep(id, before, matches.get(id), there.get(id));
    if (step !== null) steps.push(step);
  }
  for (const { id, kind, path } of remote) {
    if (base.has(id)) continue;
    const localMatch = files.get(toPathKey(path));
    if (localMatch?.kind === kind) {
      files.delete(toPathKey(path));
      steps.push({ type: "reconcile", kind, id, path });
    } else if (!isUnreadable(path)) steps.push({ type: "download", kind, id, path });
  }
  const gone = [...removed].filter(([id]) => !there.has(id) && !base.has(id));
  const restored = findRestored([...files.values()], gone, toPathKey);
  for (const file of files.values()) {
    steps.push({ type: "upload", kind: file.kind, path: file.path, restores: restored.get(file) ?? null });
  }
  return steps;
}

/**
 * Matches files to base entries. The file at the same path matches. If it is missing or another file has taken its place, a
 * file with the same bytes matches: it was moved or renamed, possibly in a rotation. A file at the workspace's path was moved
 * on both sides, for example by a run killed before it saved its state.
 */
function matchFiles(
  base: ReadonlyMap<string, BaseState>,
  files: ReadonlyMap<string, LocalFile>,
  there: ReadonlyMap<string, RemoteEntry>,
  { isUnreadable, toPathKey }: Pick<PlanInput, "isUnreadable" | "toPathKey">,
): Map<string, LocalFile> {
  const matches = new Map<string, LocalFile>();
  const taken = new Set<LocalFile>();
  const match = (id: string, file: LocalFile) => {
    matches.set(id, file);
    taken.add(file);
  };
  const findFile = ({ kind, path }: BaseState | RemoteEntry) => {
    const file = files.get(toPathKey(path));
    return file?.kind === kind ? file : undefined;
  };
  for (const [id, before] of base) {
    const file = findFile(before);
    if (file?.hash === before.hash) match(id, file);
  }
  for (const [id, before] of base) {
    const entry = there.get(id);
    const file = entry && findFile(entry);
    if (file?.hash === before.hash && !taken.has(file) && !matches.has(id) && !isUnreadable(before.path)) {
      match(id, file);
    }
  }
  const left: [string, BaseState][] = [];
  for (const [id, before] of base) {
    if (!matches.has(id) && !isUnreadable(before.path)) left.push([id, before]);
  }
  const toContentKey = ({ kind, hash }: LocalFile | BaseState) => `${kind} ${hash}`;
  const missed = new Set(left.map(([, before]) => toContentKey(before)));
  const movable = new Map<string, LocalFile[]>();
  for (const file of files.values()) {
    if (taken.has(file) || !missed.has(toContentKey(file))) continue;
    const others = movable.get(toContentKey(file));
    if (others === undefined) movable.set(toContentKey(file), [file]);
    else others.push(file);
  }
  const displaced = left.filter(([, before]) => {
    const file = findFile(before);
    return file === undefined || taken.has(file) || missed.has(toContentKey(file));
  });
  for (const [id, before] of displaced) {
    const candidates = movable.get(toContentKey(before)) ?? [];
    const sameName = candidates.findIndex(({ path }) => toBaseName(path) === toBaseName(before.path));
    const [file] = candidates.splice(Math.max(sameName, 0), 1);
    if (file !== undefined) match(id, file);
  }
  for (const [id, before] of left) {
    const file = findFile(before);
    if (!matches.has(id) && file !== undefined && !taken.has(file)) match(id, file);
  }
  return matches;
}

/** Matches new files to deleted entries: by bytes, preferably at the same path, and documents by path. */
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
  // Newest first: a file may have been deleted several times.
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

const isChanged = (before: BaseState, { hash, version }: RemoteEntry) =>
  hash === null ? version !== before.version : hash !== (before.relinked?.hash ?? before.hash);

function planStep(
  id: string,
  before: BaseState,
  here: LocalFile | undefined,
  there: RemoteEntry | undefined,
): Step | null {
  const { kind } = before;
  if (here === undefined && there === undefined) return { type: "untrack", kind, id };
  if (there === undefined) {
    if (here === undefined) return null;
    return here.hash === before.hash
      ? { type: "remove", kind, id, path: here.path, side: "here" }
      : { type: "restore", kind, id, path: here.path };
  }
  if (here === undefined) {
    return isChanged(before, there)
      ? { type: "download", kind, id, path: there.path }
      : { type: "remove", kind, id, path: there.path, side: "there" };
  }
  // If both sides moved it, the workspace's path wins, because other users already see it.
  const move = there.path !== before.path ? "here" : here.path !== before.path ? "there" : null;
  const path = move === "here" ? there.path : here.path;
  const moves = move !== null && (move === "there" || here.path !== path) ? move : null;
  // With rewritten links on disk, equal texts are not equivalent.
  const isRelinked = before.relinked !== undefined || there.aliases !== undefined;
  const hasEqualText = !isRelinked && here.hash === there.hash;
  const isEditedHere = here.hash !== before.hash;
  // An edit there, too, is merged by the server, which gets the text and the version that it is based on.
  const matchesRemote = hasEqualText || !isChanged(before, there);
  const isOutdated = !matchesRemote || before.relinked?.aliases !== there.aliases;
  const text = hasEqualText ? null : isEditedHere ? "send" : isOutdated ? "fetch" : null;
  const matchesBase = path === before.path && there.version === before.version && !isEditedHere;
  if (moves === null && text === null && matchesBase) return null;
  return { type: "update", kind, id, from: here.path, path, move: moves, text, matchesRemote };
}

/** The direction of changes: both, only to the folder (`here`), or only to the workspace (`there`). */
export type Direction = "both" | "here" | "there";

/** The steps of a plan in one direction. `here` omits texts changed on both sides, because a merge needs both directions. */
export function filterByDirection(direction: Direction, steps: readonly Step[]): Step[] {
  if (direction === "both") return [...steps];
  return steps.flatMap((step) => {
    switch (step.type) {
      case "untrack":
      case "reconcile":
        return [step];
      case "download":
        return direction === "here" ? [step] : [];
      case "upload":
      case "restore":
        return direction === "there" ? [step] : [];
      case "remove":
        return step.side === direction ? [step] : [];
      case "update":
        return restrictStep(direction, step);
    }
  });
}

function restrictStep(direction: "here" | "there", step: StepOf<"update">): Step[] {
  const text = (direction === "here" ? "fetch" : "send") === step.text ? step.text : null;
  const move = step.move === direction ? step.move : null;
  if (text === null && move === null && (step.text !== null || step.move !== null)) return [];
  return [{ ...step, text, move, path: move === null ? step.from : step.path }];
}
