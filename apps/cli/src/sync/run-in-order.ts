import { movesInWorkspace, type Ordered } from "./order.ts";
import type { Step } from "./plan.ts";

/**
 * Runs steps concurrently, each after its dependencies, whether those succeed or not. Only the running steps use memory, not
 * the waiting ones.
 * @param run Must not reject.
 */
export async function runInOrder(
  ordered: readonly Ordered[],
  concurrency: number,
  run: (entry: Ordered) => Promise<void>,
): Promise<void> {
  const ready: Ordered[] = [];
  /** The number of steps that an entry waits for. */
  const blockers = new Map<Ordered, number>();
  const followers = new Map<Step, Ordered[]>();
  const afterDocuments: Ordered[] = [];
  let documents = ordered.filter(({ step }) => isSentDocument(step)).length;
  for (const entry of ordered) {
    const waitsForDocuments = entry.afterDocuments && documents > 0;
    const count = entry.after.length + (waitsForDocuments ? 1 : 0);
    if (count === 0) {
      ready.push(entry);
      continue;
    }
    blockers.set(entry, count);
    if (waitsForDocuments) afterDocuments.push(entry);
    for (const step of entry.after) {
      const others = followers.get(step);
      if (others === undefined) followers.set(step, [entry]);
      else others.push(entry);
    }
  }

  function unblock(entries: readonly Ordered[]): void {
    for (const entry of entries) {
      const left = (blockers.get(entry) ?? 0) - 1;
      blockers.set(entry, left);
      if (left === 0) ready.push(entry);
    }
  }

  function finish(step: Step): void {
    unblock(followers.get(step) ?? []);
    if (!isSentDocument(step)) return;
    documents -= 1;
    if (documents === 0) unblock(afterDocuments);
  }

  const ended = Promise.withResolvers<void>();
  let next = 0;
  let running = 0;
  function start(): void {
    for (let entry = ready[next]; entry !== undefined && running < concurrency; entry = ready[next]) {
      next += 1;
      running += 1;
      void work(entry);
    }
    if (running === 0) ended.resolve();
  }
  async function work(entry: Ordered): Promise<void> {
    await run(entry);
    running -= 1;
    finish(entry.step);
    start();
  }
  start();
  await ended.promise;
}

const isSentDocument = (step: Step) => step.kind === "document" && movesInWorkspace(step);
