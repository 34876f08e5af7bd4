/**
 * Runs `attempt` for each item, one after another. A failure does not stop the others.
 * @throws AggregateError of all failures, at the end.
 */
export async function attemptAll<Item>(
  items: Iterable<Item>,
  attempt: (item: Item) => Promise<unknown>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      await attempt(item);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} attempts failed`);
}
