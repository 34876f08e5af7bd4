import type { LocalFile, RemoteEntry, Step } from "./plan.ts";

/** A step, and what must be done before it. */
export interface Ordered {
  step: Step;
  after: Step[];
  /** Whether documents go to the workspace first: they make the folders that files lie in, and take attachments along. */
  afterDocuments: boolean;
  /** Whether its file steps aside first: others wait for its path, round a circle. */
  stepsAside: boolean;
  /** Whether what lies at its goal in the workspace changes places with it: it is one of a circle. */
  swaps: boolean;
  /** Whether a new file lies at its goal in the folder, which is kept under another name. */
  displaces: boolean;
}

/** A path of one side, in the form in which the disk tells paths apart. */
type Key = `${"here" | "there"} ${string}`;

/**
 * Orders steps by what they depend on: one that puts something to a path comes after those that take something away from
 * there, above or below. Of steps that wait for each other round a circle, one in the folder lets its file step aside, and
 * those in the workspace exchange their places.
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
    const key = vacatedPath(step, before, keyOf);
    if (key === null) continue;
    leaving.set(key, step);
    for (const above of parentFolders(key)) {
      const known = below.get(above);
      if (known === undefined) below.set(above, [step]);
      else known.push(step);
    }
  }
  const added = new Set(steps.flatMap((step) => (step.do === "add" ? [keyOf(step.path)] : [])));
  const present = new Set(local.map(({ path }) => keyOf(path)));

  const ordered = new Map(
    steps.map((step): [Step, Ordered] => {
      const goal = targetPath(step, keyOf);
      const waited =
        goal === null ? [] : [goal, ...parentFolders(goal)].flatMap((key) => leaving.get(key) ?? []);
      const inside = goal === null ? [] : (below.get(goal) ?? []);
      const after = [...new Set([...waited, ...inside])].filter((other) => other !== step);
      const afterDocuments = step.kind === "file" && movesInWorkspace(step);
      const path = goal?.startsWith("here ") === true ? goal.slice("here ".length) : null;
      const displaces = path !== null && added.has(path) && present.has(path);
      return [step, { step, after, afterDocuments, stepsAside: false, swaps: false, displaces }];
    }),
  );
  breakCycles(ordered);
  return [...ordered.values()];
}

/** Follows what waits for what; where that leads back, the circle is opened. */
function breakCycles(ordered: ReadonlyMap<Step, Ordered>): void {
  const done = new Set<Step>();
  const path: { step: Step; left: Step[] }[] = [];
  const depths = new Map<Step, number>();
  const enter = (step: Step) => {
    depths.set(step, path.length);
    path.push({ step, left: [...(ordered.get(step)?.after ?? [])] });
  };
  const open = (circle: readonly Step[]) => {
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
      } else if (depths.has(next)) open(path.slice(depths.get(next)).map(({ step }) => step));
      else if (!done.has(next)) enter(next);
    }
  }
}

function allowSwap(entry: Ordered | undefined): void {
  if (entry !== undefined) entry.swaps = true;
}

/** Whether a step puts something to a new place in the workspace. */
export const movesInWorkspace = (step: Step) =>
  step.do === "add" || step.do === "revive" || isMove(step, "there");

const isMove = (step: Step, side: "here" | "there") => step.do === "update" && step.move === side;

/** The path that a step takes something away from. */
function vacatedPath(
  step: Step,
  before: ReadonlyMap<string, string>,
  keyOf: (path: string) => string,
): Key | null {
  if (step.do === "remove") {
    if (step.side === "here") return `here ${keyOf(step.path)}`;
    return step.kind === "file" ? `there ${keyOf(step.path)}` : null;
  }
  if (step.do !== "update") return null;
  if (step.move === "here") return `here ${keyOf(step.from)}`;
  const path = before.get(step.id);
  // Documents of a workspace may share a title for a while.
  return step.move === "there" && step.kind === "file" && path !== undefined ? `there ${keyOf(path)}` : null;
}

/** The path that a step puts something to. */
function targetPath(step: Step, keyOf: (path: string) => string): Key | null {
  if (step.do === "take" || isMove(step, "here")) return "path" in step ? `here ${keyOf(step.path)}` : null;
  const isNew = step.do === "add" || step.do === "revive";
  return step.kind === "file" && "path" in step && (isNew || isMove(step, "there"))
    ? `there ${keyOf(step.path)}`
    : null;
}

function parentFolders(key: Key): Key[] {
  const [side, path] = [key.slice(0, key.indexOf(" ")) as "here" | "there", key.slice(key.indexOf(" ") + 1)];
  const names = path.split("/").slice(0, -1);
  return names.map((_, index): Key => `${side} ${names.slice(0, index + 1).join("/")}`);
}
