import type { LocalFileSystem } from "../../src/sync/local-file-system.ts";
import type { SyncPair } from "../../src/sync/sync-pass.ts";

/** Aborts a run like `kill -9`: it has no further effects. */
export class Killed extends Error {}

export interface Interruptions {
  /** Acts of another user, by the number of preceding calls and file operations. */
  acts: ReadonlyMap<number, () => Promise<void>>;
  /** The number of steps after which the run is killed; null for never. */
  killedAfter: number | null;
  /** Called with the number and name of each step. */
  trace(line: string): void;
}

/** Wraps a pair with interruptions between the steps of a run. */
export function interruptPair(pair: SyncPair, { acts, killedAfter, trace }: Interruptions): SyncPair {
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
    client: wrapCalls(pair.client, between),
    disk: wrapDisk(pair.disk, between),
    state: saving(pair.state),
    listing: saving(pair.listing),
  };
}

type Between = (name: string) => Promise<void>;

const wrapCall =
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

function wrapDisk(disk: LocalFileSystem, between: Between): LocalFileSystem {
  return {
    read: wrapCall("read", between, disk.read),
    hash: wrapCall("hash", between, disk.hash),
    hasFolder: wrapCall("hasFolder", between, disk.hasFolder),
    write: wrapCall("write", between, disk.write),
    open: wrapCall("open", between, disk.open),
    receive: wrapCall("receive", between, disk.receive),
    move: wrapCall("move", between, disk.move),
    remove: wrapCall("remove", between, disk.remove),
    removeIfAbandoned: wrapCall("removeIfAbandoned", between, disk.removeIfAbandoned),
    pruneFolders: wrapCall("pruneFolders", between, disk.pruneFolders),
  };
}

const calls = new Set<string | symbol>(["query", "mutate", "uploadFile"]);

/** Wraps the calls of nested procedures, which have one of a few names. */
function wrapCalls<Target extends object>(target: Target, between: Between, path = ""): Target {
  return new Proxy(target, {
    get(own, name) {
      const value: unknown = Reflect.get(own, name);
      if (typeof value !== "function" || name === "fileUrl") return value;
      const call = value as (...input: unknown[]) => Promise<unknown>; // by the names
      const at = `${path} ${String(name)}`.trim();
      return calls.has(name) ? wrapCall(at, between, call) : wrapCalls(value, between, at);
    },
  });
}
