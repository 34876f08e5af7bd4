import type { BusWeather } from "./bus.ts";
import { createRandom, type Random } from "./random.ts";
import type { Latency } from "./world.ts";

/** What someone does, or what befalls a server or a line. Numbers name windows, people and servers. */
export type Operation =
  | { kind: "type"; window: number; place: number }
  | { kind: "erase"; window: number; place: number; length: number }
  | { kind: "read"; person: number; server: number }
  | { kind: "save"; person: number; server: number; base: "newest" | "own" | "none"; edit: SaveEdit }
  | { kind: "restore"; person: number; server: number; version: number }
  | { kind: "rename"; person: number; server: number }
  | { kind: "comment"; person: number; server: number }
  | { kind: "role"; person: number; server: number }
  | { kind: "fold"; server: number; kept: number }
  | { kind: "stall"; window: number; ms: number }
  | { kind: "cut"; window: number }
  | { kind: "silence"; window: number }
  | { kind: "reload"; window: number; how: "closed" | "killed"; server: number }
  | { kind: "kill"; server: number; ms: number }
  | { kind: "stop"; server: number; ms: number }
  | { kind: "deafen"; ms: number };

/** What a text that is saved makes of the one that it was made from. */
export type SaveEdit = "append" | "prepend" | "shorten" | "earlier";

export interface PlannedOperation {
  /** Milliseconds after the beginning. */
  at: number;
  operation: Operation;
}

/** All that a seed decides before a schedule begins. */
export interface Plan {
  seed: number;
  servers: number;
  windows: { person: number; server: number }[];
  content: string;
  postgres: Latency;
  line: Latency;
  bus: BusWeather;
  operations: PlannedOperation[];
}

type Kind = Operation["kind"];

/** How often each is done. Each schedule leaves some out, so that others meet more often. */
const weights: Record<Kind, number> = {
  type: 20,
  erase: 3,
  read: 4,
  save: 10,
  restore: 3,
  rename: 1,
  comment: 1,
  role: 3,
  fold: 4,
  stall: 4,
  cut: 3,
  silence: 1,
  reload: 2,
  kill: 1,
  stop: 1,
  deafen: 1,
};
const kinds = Object.keys(weights) as Kind[]; // its own

export const peopleCount = 4;

export function makePlan(seed: number): Plan {
  const random = createRandom(seed, "plan");
  const servers = random.isLikely(0.8) ? 2 : random.pick([1, 3]);
  // Many who write at once get into each other's way as few don't; there is little time for anything else.
  const isCrowd = random.isLikely(0.2);
  const windows = Array.from({ length: isCrowd ? 8 : 2 + random.below(3) }, (_, n) => ({
    person: n % peopleCount,
    server: random.below(servers),
  }));
  const chosen = kinds.filter((kind) => kind === "type" || random.isLikely(isCrowd ? 0.2 : 0.6));
  const draw = createDraw(random, chosen);
  const pauseMs = random.pick(isCrowd ? [5, 20] : [5, 40, 150, 400]);
  let at = 500;
  const operations = Array.from({ length: isCrowd ? 60 : 20 + random.below(31) }, () => {
    at += random.next() * 2 * pauseMs;
    return { at, operation: makeOperation(draw(), random, servers, windows.length) };
  });
  return {
    seed,
    servers,
    windows,
    content: random.isLikely(0.5) ? "" : "# Plan\n\nfirst\nsecond\n",
    postgres: { usual: random.pick([1, 5, 20]), isSlow: random.pick([0, 0.02, 0.1]), slow: 150 },
    line: { usual: random.pick([2, 20, 80]), isSlow: random.pick([0, 0.05]), slow: 600 },
    bus: {
      latency: { usual: random.pick([1, 10, 60]), isSlow: random.pick([0, 0.1]), slow: 500 },
      loss: random.pick([0, 0, 0.05, 0.3]),
      duplication: random.pick([0, 0.1]),
    },
    operations,
  };
}

function createDraw(random: Random, chosen: readonly Kind[]): () => Kind {
  const total = chosen.reduce((sum, kind) => sum + weights[kind], 0);
  return () => {
    let left = random.next() * total;
    return chosen.find((kind) => (left -= weights[kind]) < 0) ?? "type";
  };
}

function makeOperation(kind: Kind, random: Random, servers: number, windows: number): Operation {
  const window = random.below(windows);
  const server = random.below(servers);
  const person = random.below(peopleCount);
  switch (kind) {
    case "type":
      return { kind, window, place: random.next() };
    case "erase":
      return { kind, window, place: random.next(), length: 1 + random.below(8) };
    case "save":
      return {
        kind,
        person,
        server,
        base: random.pick(["newest", "newest", "own", "none"]),
        edit: random.pick(["append", "prepend", "shorten", "earlier"]),
      };
    case "restore":
      return { kind, person, server, version: 1 + random.below(4) };
    case "fold":
      return { kind, server, kept: 1 + random.below(2) };
    case "stall":
      return { kind, window, ms: random.pick([200, 2000, 22_000]) };
    case "cut":
    case "silence":
      return { kind, window };
    case "reload":
      return { kind, window, how: random.pick(["closed", "killed"]), server };
    case "kill":
    case "stop":
      return { kind, server, ms: random.pick([10, 1000, 4000]) };
    case "deafen":
      return { kind, ms: random.pick([500, 3000]) };
    case "read":
    case "rename":
    case "comment":
    case "role":
      return { kind, person, server };
  }
}
