const isIterable = (data: unknown): data is AsyncIterable<unknown> =>
  typeof data === "object" && data !== null && Symbol.asyncIterator in data;

/** Returns a promise that resolves when the reader can take more, or null if it can now. */
export type Backpressure = () => Promise<void> | null;

/**
 * Returns `data` itself or, for the stream of a subscription, that stream with its errors mapped.
 * @param applyBackpressure Makes the stream wait for a slower reader.
 */
export function withMappedErrors(
  data: unknown,
  map: (thrown: unknown) => Error,
  applyBackpressure?: Backpressure,
): unknown {
  return isIterable(data) ? mapErrors(data, map, applyBackpressure) : data;
}

async function* mapErrors(
  stream: AsyncIterable<unknown>,
  map: (thrown: unknown) => Error,
  applyBackpressure?: Backpressure,
) {
  try {
    for await (const item of stream) {
      const wait = applyBackpressure?.() ?? null;
      if (wait !== null) await wait;
      yield item;
    }
  } catch (thrown) {
    throw map(thrown);
  }
}
