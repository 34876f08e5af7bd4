import type { Disk } from "../../src/sync/disk.ts";
import type { Pair } from "../../src/sync/round.ts";

/** Ends a run as `kill -9` does: nothing that it would do afterwards happens. */
export class Killed extends Error {}

export interface Interruptions {
  /** Acts of somebody else, each after so many calls and operations on the disk. */
  acts: ReadonlyMap<number, () => Promise<void>>;
  /** After how many of them the run is killed; null for not at all. */
  killedAfter: number | null;
}

/** The pair as a run uses it, with what happens between any two of its steps. */
export function interrupted(pair: Pair, { acts, killedAfter }: Interruptions): Pair {
  let steps = 0;
  const between = async () => {
    steps += 1;
    const now = steps;
    if (killedAfter !== null && now > killedAfter) throw new Killed();
    await acts.get(now)?.();
    if (killedAfter !== null && steps > killedAfter) throw new Killed();
  };
  const isDead = () => killedAfter !== null && steps > killedAfter;
  const saving = <Saved extends { save(): Promise<void> }>(saved: Saved): Saved => ({
    ...saved,
    save: async () => {
      if (!isDead()) await saved.save();
    },
  });
  return {
    ...pair,
    client: aroundCalls(pair.client, between),
    disk: aroundDisk(pair.disk, between),
    state: saving(pair.state),
    listing: saving(pair.listing),
  };
}

type Between = () => Promise<void>;

const around =
  <Input extends unknown[], Output>(between: Between, call: (...input: Input) => Promise<Output>) =>
  async (...input: Input): Promise<Output> => {
    await between();
    const output = await call(...input);
    await between();
    return output;
  };

function aroundDisk(disk: Disk, between: Between): Disk {
  return {
    read: around(between, disk.read),
    hash: around(between, disk.hash),
    hasFolder: around(between, disk.hasFolder),
    write: around(between, disk.write),
    open: around(between, disk.open),
    receive: around(between, disk.receive),
    move: around(between, disk.move),
    remove: around(between, disk.remove),
    pruneFolders: around(between, disk.pruneFolders),
  };
}

const calls = new Set<string | symbol>(["query", "mutate", "uploadFile"]);

/** Procedures are nested; what is called in the end is of a few names. */
function aroundCalls<Target extends object>(target: Target, between: Between): Target {
  return new Proxy(target, {
    get(own, name) {
      const value: unknown = Reflect.get(own, name);
      if (typeof value !== "function" || name === "fileUrl") return value;
      const call = value as (...input: unknown[]) => Promise<unknown>; // by the names
      return calls.has(name) ? around(between, call) : aroundCalls(value, between);
    },
  });
}
