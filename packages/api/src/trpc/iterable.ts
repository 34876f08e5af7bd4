const isIterable = (data: unknown): data is AsyncIterable<unknown> =>
  typeof data === "object" && data !== null && Symbol.asyncIterator in data;

/** Returns a promise that resolves when the reader can take more, or null if it can now. */
export type Backpressure = () => Promise<void> | null;

/**
 * Returns `data` itself or, for the stream of a subscription, that stream with its errors mapped.
 * @param pace Makes the stream wait for a slower reader.
 */
export function withMappedErrors(
  data: unknown,
  map: (thrown: unknown) => Error,
  pace?: Backpressure,
): unknown {
  return isIterable(data) ? mapErrors(data, map, pace) : data;
}

async function* mapErrors(
  stream: AsyncIterable<unknown>,
  map: (thrown: unknown) => Error,
  pace?: Backpressure,
) {
  try {
    for await (const item of stream) {
      const wait = pace?.() ?? null;
      if (wait !== null) await wait;
      yield item;
    }
  } catch (thrown) {
    throw map(thrown);
  }
}
