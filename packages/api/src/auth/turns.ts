import { AppError } from "../errors.ts";

/** Who waits for a turn, and how urgently. */
export interface Turn {
  /** A person or a network. Those who wait take turns by owner, however many jobs each has. */
  owner: string;
  /** Whether it goes before all that is not. */
  isSignIn?: boolean;
}

export interface TurnLimits {
  /** How many run at once. */
  lanes: number;
  /** How many may wait, in all and of one owner. */
  maxWaiting: number;
  maxWaitingPerOwner: number;
  maxWaitMs: number;
  /** What those are told who are one too many, or have waited too long. */
  retryAfterSeconds: number;
}

interface Waiting {
  since: number;
  run(): Promise<void>;
  refuse(): void;
}

/** The jobs of each owner, in the order in which the owners' turns come. */
type Line = Map<string, Waiting[]>;

/** So many sign-ins go ahead of others who wait, until one of those has a turn. */
const signInsInARow = 4;

/**
 * Runs costly jobs, a few at a time. Owners take turns, so that nobody who asks for hundreds keeps others waiting for
 * more than a few.
 * @throws AppError UNAVAILABLE for a job that is one too many, or has waited too long; it has not run then.
 */
export function createTurns(limits: TurnLimits): <T>(turn: Turn, job: () => Promise<T>) => Promise<T> {
  const [signIns, others]: [Line, Line] = [new Map(), new Map()];
  let waiting = 0;
  let running = 0;
  let inARow = 0;
  const unavailable = () => new AppError("UNAVAILABLE", { retryAfter: limits.retryAfterSeconds });

  function takeNext(): Waiting | undefined {
    const isOthersTurn = inARow >= signInsInARow && others.size > 0;
    const line = signIns.size > 0 && !isOthersTurn ? signIns : others;
    inARow = line === signIns ? inARow + 1 : 0;
    const [first] = line;
    if (first === undefined) return undefined;
    const [owner, jobs] = first;
    const job = jobs.shift();
    // The owner's next job comes after those of all other owners.
    line.delete(owner);
    if (jobs.length > 0) line.set(owner, jobs);
    waiting -= 1;
    return job;
  }

  function runNext(): void {
    while (running < limits.lanes && waiting > 0) {
      const next = takeNext();
      if (next === undefined) return;
      if (performance.now() - next.since > limits.maxWaitMs) {
        next.refuse();
        continue;
      }
      running += 1;
      void next.run().finally(() => {
        running -= 1;
        runNext();
      });
    }
  }

  return ({ owner, isSignIn = false }, job) =>
    new Promise((resolve, reject) => {
      const line = isSignIn ? signIns : others;
      const own = line.get(owner) ?? [];
      if (waiting >= limits.maxWaiting || own.length >= limits.maxWaitingPerOwner) {
        reject(unavailable());
        return;
      }
      own.push({
        since: performance.now(),
        run: async () => {
          try {
            resolve(await job());
          } catch (error) {
            reject(error);
          }
        },
        refuse: () => reject(unavailable()),
      });
      line.set(owner, own);
      waiting += 1;
      runNext();
    });
}
