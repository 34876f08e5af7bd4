const isIterable = (data: unknown): data is AsyncIterable<unknown> =>
  typeof data === "object" && data !== null && Symbol.asyncIterator in data;

/** `data` itself, or, where it is the stream of a subscription, that stream with what it throws mapped. */
export function withMappedErrors(data: unknown, map: (thrown: unknown) => Error): unknown {
  return isIterable(data) ? mapped(data, map) : data;
}

async function* mapped(stream: AsyncIterable<unknown>, map: (thrown: unknown) => Error) {
  try {
    yield* stream;
  } catch (thrown) {
    throw map(thrown);
  }
}
