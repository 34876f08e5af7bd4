import type { LocalFileSystem } from "../../src/sync/local-file-system.ts";
import type { SyncPair } from "../../src/sync/sync-pass.ts";

/** Ends a run as `kill -9` does: nothing that it would do afterwards happens. */
export class Killed extends Error {}

export interface Interruptions {
  /** Acts of somebody else, each after so many calls and operations on the disk. */
  acts: ReadonlyMap<number, () => Promise<void>>;
  /** After how many of them the run is killed; null for not at all. */
  killedAfter: number | null;
  /** Is told each of them, with its number. */
  trace(line: string): void;
}

/** The pair as a run uses it, with what happens between any two of its steps. */
export function interrupted(pair: SyncPair, { acts, killedAfter, trace }: Interruptions): SyncPair {
  let steps = 0;
  const between = async (name: string) => {
    steps += 1;
    trace(`${steps} ${name}`);
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

type Between = (name: string) => Promise<void>;

const around =
  <Input extends unknown[], Output>(
    name: string,
    between: Between,
    call: (...input: Input) => Promise<Output>,
  ) =>
  async (...input: Input): Promise<Output> => {
    const [first] = input;
    await between(`${name} ${typeof first === "string" ? first : JSON.stringify(first)}`);
    const output = await call(...input);
    await between(`${name} done`);
    return output;
  };

function aroundDisk(disk: LocalFileSystem, between: Between): LocalFileSystem {
  return {
    read: around("read", between, disk.read),
    hash: around("hash", between, disk.hash),
    hasFolder: around("hasFolder", between, disk.hasFolder),
    write: around("write", between, disk.write),
    open: around("open", between, disk.open),
    receive: around("receive", between, disk.receive),
    move: around("move", between, disk.move),
    remove: around("remove", between, disk.remove),
    pruneFolders: around("pruneFolders", between, disk.pruneFolders),
  };
}

const calls = new Set<string | symbol>(["query", "mutate", "uploadFile"]);

/** Procedures are nested; what is called in the end is of a few names. */
function aroundCalls<Target extends object>(target: Target, between: Between, path = ""): Target {
  return new Proxy(target, {
    get(own, name) {
      const value: unknown = Reflect.get(own, name);
      if (typeof value !== "function" || name === "fileUrl") return value;
      const call = value as (...input: unknown[]) => Promise<unknown>; // by the names
      const at = `${path} ${String(name)}`.trim();
      return calls.has(name) ? around(at, between, call) : aroundCalls(value, between, at);
    },
  });
}
