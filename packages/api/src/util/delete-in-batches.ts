/** Rows per delete statement, so that no statement holds its locks for long. */
export const batchSize = 1_000;

/**
 * Deletes rows until none are left.
 * @param deleteSome Deletes up to `batchSize` rows, and returns them.
 * @returns The number of deleted rows.
 */
export async function deleteInBatches(deleteSome: () => Promise<unknown[]>): Promise<number> {
  let swept = 0;
  for (;;) {
    const { length } = await deleteSome();
    swept += length;
    if (length < batchSize) return swept;
  }
}
