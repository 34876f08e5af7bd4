import type { LocalFile, RemoteEntry, Step } from "./plan.ts";

/** A step with its dependencies. */
export interface Ordered {
  step: Step;
  after: Step[];
  /** Whether the step waits for documents sent to the workspace, which create folders and move attachments. */
  afterDocuments: boolean;
  /** Whether the file is set aside first to break a cycle of steps that wait for its path. */
  stepsAside: boolean;
  /** Whether the step is part of a cycle and swaps places with the file at its target in the workspace. */
  swaps: boolean;
  /** Whether a new file is at the target in the folder; it is kept under another name. */
  displaces: boolean;
}

/** A path of one side, normalized as the disk compares paths. */
type Key = `${"here" | "there"} ${string}`;

/**
 * Orders steps by their dependencies: a step that writes to a path comes after the steps that vacate the path, its parents
 * or its children. In a cycle, one file in the folder is set aside, and files in the workspace swap places.
 */
export function orderSteps(
  steps: readonly Step[],
  {
    local,
    remote,
    keyOf,
  }: { local: readonly LocalFile[]; remote: readonly RemoteEntry[]; keyOf(path: string): string },
): Ordered[] {
  const before = new Map(remote.map(({ id, path }) => [id, path]));
  const leaving = new Map<Key, Step>();
  const below = new Map<Key, Step[]>();
  for (const step of steps) {
    const key = toVacatedPath(step, before, keyOf);
    if (key === null) continue;
    leaving.set(key, step);
    for (const above of listParentFolders(key)) {
      const known = below.get(above);
      if (known === undefined) below.set(above, [step]);
      else known.push(step);
    }
  }
  const added = new Set(steps.flatMap((step) => (step.type === "upload" ? [keyOf(step.path)] : [])));
  const present = new Set(added.size === 0 ? [] : local.map(({ path }) => keyOf(path)));

  const ordered = new Map(
    steps.map((step): [Step, Ordered] => {
      const goal = toTargetPath(step, keyOf);
      const after =
        goal === null || leaving.size === 0 ? [] : findVacatingSteps(goal).filter((other) => other !== step);
      const afterDocuments = step.kind === "file" && movesInWorkspace(step);
      const path = goal?.startsWith("here ") === true ? goal.slice("here ".length) : null;
      const displaces = path !== null && added.has(path) && present.has(path);
      return [step, { step, after, afterDocuments, stepsAside: false, swaps: false, displaces }];
    }),
  );
  breakCycles(ordered);
  return [...ordered.values()];

  /** The steps that vacate a path, its parents and its children. */
  function findVacatingSteps(goal: Key): Step[] {
    const above = [goal, ...listParentFolders(goal)].flatMap((key) => leaving.get(key) ?? []);
    return [...new Set([...above, ...(below.get(goal) ?? [])])];
  }
}

/** Finds cycles by depth-first search and breaks them. */
function breakCycles(ordered: ReadonlyMap<Step, Ordered>): void {
  const done = new Set<Step>();
  const path: { step: Step; left: Step[] }[] = [];
  const depths = new Map<Step, number>();
  const enter = (step: Step) => {
    depths.set(step, path.length);
    path.push({ step, left: [...(ordered.get(step)?.after ?? [])] });
  };
  const breakCycle = (circle: readonly Step[]) => {
    const [first, last] = [circle[0], circle.at(-1)];
    const [one, other] = [first && ordered.get(first), last && ordered.get(last)];
    if (one === undefined || other === undefined) return;
    other.after = other.after.filter((step) => step !== one.step);
    if (isMove(one.step, "there")) for (const step of circle) allowSwap(ordered.get(step));
    else one.stepsAside = true;
  };
  for (const first of ordered.keys()) {
    if (!done.has(first)) enter(first);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const next = at.left.pop();
      if (next === undefined) {
        done.add(at.step);
        depths.delete(at.step);
        path.pop();
      } else if (depths.has(next)) breakCycle(path.slice(depths.get(next)).map(({ step }) => step));
      else if (!done.has(next)) enter(next);
    }
  }
}

function allowSwap(entry: Ordered | undefined): void {
  if (entry !== undefined) entry.swaps = true;
}

/** Whether a step creates or moves an entry in the workspace. */
export const movesInWorkspace = (step: Step) =>
  step.type === "upload" || step.type === "restore" || isMove(step, "there");

const isMove = (step: Step, side: "here" | "there") => step.type === "update" && step.move === side;

/** The path that a step vacates. */
function toVacatedPath(
  step: Step,
  before: ReadonlyMap<string, string>,
  keyOf: (path: string) => string,
): Key | null {
  if (step.type === "remove") {
    if (step.side === "here") return `here ${keyOf(step.path)}`;
    return step.kind === "file" ? `there ${keyOf(step.path)}` : null;
  }
  if (step.type !== "update") return null;
  if (step.move === "here") return `here ${keyOf(step.from)}`;
  const path = before.get(step.id);
  // Documents of a workspace may temporarily share a title.
  return step.move === "there" && step.kind === "file" && path !== undefined ? `there ${keyOf(path)}` : null;
}

/** The path that a step writes to. */
function toTargetPath(step: Step, keyOf: (path: string) => string): Key | null {
  if (step.type === "download" || isMove(step, "here"))
    return "path" in step ? `here ${keyOf(step.path)}` : null;
  const isNew = step.type === "upload" || step.type === "restore";
  return step.kind === "file" && "path" in step && (isNew || isMove(step, "there"))
    ? `there ${keyOf(step.path)}`
    : null;
}

function listParentFolders(key: Key): Key[] {
  const [side, path] = [key.slice(0, key.indexOf(" ")) as "here" | "there", key.slice(key.indexOf(" ") + 1)];
  const names = path.split("/").slice(0, -1);
  return names.map((_, index): Key => `${side} ${names.slice(0, index + 1).join("/")}`);
}
