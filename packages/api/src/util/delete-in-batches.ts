/** Rows per delete statement by default, so that no statement holds its locks for long. */
export const batchSize = 1_000;

/**
 * Deletes rows until none are left.
 * @param deleteBatch Deletes up to `maxRows` rows, and returns them.
 * @returns The number of deleted rows.
 */
export async function deleteInBatches(
  deleteBatch: () => Promise<unknown[]>,
  maxRows = batchSize,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { length } = await deleteBatch();
    deleted += length;
    if (length < maxRows) return deleted;
  }
}
