const isIterable = (data: unknown): data is AsyncIterable<unknown> =>
  typeof data === "object" && data !== null && Symbol.asyncIterator in data;

/** Answers when a reader can take more; null where it can now. */
export type Backpressure = () => Promise<void> | null;

/**
 * `data` itself, or, where it is the stream of a subscription, that stream with what it throws mapped.
 * @param pace Lets the stream wait for a reader that is slower than it.
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
