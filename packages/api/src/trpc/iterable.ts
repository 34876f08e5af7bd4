const isIterable = (data: unknown): data is AsyncIterable<unknown> =>
  typeof data === "object" && data !== null && Symbol.asyncIterator in data;

/** Answers when a reader can take more; null where it can now. */
export type Pace = () => Promise<void> | null;

/**
 * `data` itself, or, where it is the stream of a subscription, that stream with what it throws mapped.
 * @param pace Lets the stream wait for a reader that is slower than it.
 */
export function withMappedErrors(data: unknown, map: (thrown: unknown) => Error, pace?: Pace): unknown {
  return isIterable(data) ? mapped(data, map, pace) : data;
}

async function* mapped(stream: AsyncIterable<unknown>, map: (thrown: unknown) => Error, pace?: Pace) {
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
