import { AppError } from "../errors.ts";

/** The owner of a job, and how urgent it is. */
export interface QueuedJob {
  /** A user or a network. Owners take turns, regardless of how many jobs each has. */
  owner: string;
  /** Whether it precedes all jobs that are not urgent. */
  isUrgent?: boolean;
}

export interface QueueLimits {
  /** Maximum number of running jobs, in total and per owner. By default, one owner may use the total. */
  concurrency: number;
  concurrencyPerOwner?: number;
  /** Maximum number of waiting jobs, in total and per owner. */
  maxWaiting: number;
  maxWaitingPerOwner: number;
  maxWaitMs: number;
  /** When rejected callers may retry. */
  retryAfterSeconds: number;
}

interface WaitingJob {
  since: number;
  run(): Promise<void>;
  reject(): void;
}

/** The jobs of each owner, in the order of the owners' turns. */
type OwnerQueue = Map<string, WaitingJob[]>;

/** Number of consecutive urgent jobs after which another job gets a turn. */
const maxUrgentInARow = 4;

/** Creates a separate fair queue for each name, such as a document, for as long as it has jobs. */
export function createNamedQueues(limits: QueueLimits) {
  const queues = new Map<string, { enqueue: ReturnType<typeof createFairQueue>; jobCount: number }>();
  return async <T>(name: string, owner: string, job: () => Promise<T>): Promise<T> => {
    const queue = queues.get(name) ?? { enqueue: createFairQueue(limits), jobCount: 0 };
    queues.set(name, queue);
    queue.jobCount += 1;
    try {
      return await queue.enqueue({ owner }, job);
    } finally {
      queue.jobCount -= 1;
      if (queue.jobCount === 0) queues.delete(name);
    }
  };
}

/**
 * Runs expensive jobs, a few at a time. Owners take turns, so that hundreds of jobs of one owner delay others by only a
 * few jobs.
 * @throws AppError RATE_LIMITED when the job's owner has too many waiting, UNAVAILABLE when all owners together do,
 *   or when the job has waited too long. The job has not run then.
 */
export function createFairQueue(
  limits: QueueLimits,
): <T>(queued: QueuedJob, job: () => Promise<T>) => Promise<T> {
  const { concurrency, concurrencyPerOwner = concurrency, retryAfterSeconds: retryAfter } = limits;
  const [urgent, others]: [OwnerQueue, OwnerQueue] = [new Map(), new Map()];
  const runningCounts = new Map<string, number>();
  let waiting = 0;
  let running = 0;
  let urgentInARow = 0;

  /** Takes the next job from a queue whose owner is below its limit. The owner then moves behind all other owners. */
  function takeFromQueue(queue: OwnerQueue): { owner: string; job: WaitingJob } | undefined {
    for (const [owner, jobs] of queue) {
      if ((runningCounts.get(owner) ?? 0) >= concurrencyPerOwner) continue;
      const job = jobs.shift();
      queue.delete(owner);
      if (jobs.length > 0) queue.set(owner, jobs);
      if (job !== undefined) return { owner, job };
    }
    return undefined;
  }

  function takeNext() {
    const isOthersTurn = urgentInARow >= maxUrgentInARow;
    const order = isOthersTurn ? [others, urgent] : [urgent, others];
    for (const queue of order) {
      const taken = takeFromQueue(queue);
      if (taken === undefined) continue;
      urgentInARow = queue === urgent ? urgentInARow + 1 : 0;
      waiting -= 1;
      return taken;
    }
    return undefined;
  }

  async function run(owner: string, job: WaitingJob): Promise<void> {
    running += 1;
    runningCounts.set(owner, (runningCounts.get(owner) ?? 0) + 1);
    await job.run();
    running -= 1;
    const remaining = (runningCounts.get(owner) ?? 0) - 1;
    if (remaining > 0) runningCounts.set(owner, remaining);
    else runningCounts.delete(owner);
    runNext();
  }

  function runNext(): void {
    while (running < concurrency) {
      const next = takeNext();
      if (next === undefined) return;
      if (performance.now() - next.job.since > limits.maxWaitMs) next.job.reject();
      else void run(next.owner, next.job);
    }
  }

  return ({ owner, isUrgent = false }, job) =>
    new Promise((resolve, reject) => {
      const queue = isUrgent ? urgent : others;
      const jobs = queue.get(owner) ?? [];
      if (jobs.length >= limits.maxWaitingPerOwner)
        return reject(new AppError("RATE_LIMITED", { retryAfter }));
      if (waiting >= limits.maxWaiting) return reject(new AppError("UNAVAILABLE", { retryAfter }));
      jobs.push({
        since: performance.now(),
        run: async () => {
          try {
            resolve(await job());
          } catch (error) {
            reject(error);
          }
        },
        reject: () => reject(new AppError("UNAVAILABLE", { retryAfter })),
      });
      queue.set(owner, jobs);
      waiting += 1;
      runNext();
    });
}
