import * as fc from "fast-check";

import { encodeUpdate, type Id } from "./encode-update.ts";

/** The next clock of each client of a document. */
export type Clocks = ReadonlyMap<number, number>;

/**
 * Generates updates that Yjs never creates, but that a client can send: with neighbors before, at and after a struct,
 * cycles between clients, clients out of order or in two blocks, gaps, huge clocks, garbage-collected structs, and
 * deletions of missing text.
 */
export function createOddUpdate(clocks: Clocks): fc.Arbitrary<Uint8Array> {
  const clients = [...clocks.keys()];
  const clockRange = Math.max(0, ...clocks.values()) + 4;
  const anyId = fc.record({ client: fc.constantFrom(...clients), clock: fc.nat(clockRange) });
  const farId = anyId.map(({ client }) => ({ client, clock: 2 ** 31 }));
  const nearId = anyId.map(({ client, clock }) => ({
    client,
    clock: (clocks.get(client) ?? 0) + (clock % 3),
  }));
  const knownId = anyId.map(({ client, clock }) => {
    const count = clocks.get(client) ?? 0;
    return count === 0 ? null : { client, clock: clock % count };
  });
  const neighbor: fc.Arbitrary<Id | null> = fc.oneof(
    { weight: 30, arbitrary: knownId },
    { weight: 10, arbitrary: fc.constant(null) },
    { weight: 8, arbitrary: nearId },
    { weight: 1, arbitrary: farId },
  );
  const length = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 3 }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 2 ** 29, 2 ** 31) },
  );
  const text = fc.record({
    kind: fc.constant("text" as const),
    text: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom("a", "bc", "def", "👩‍🚀", "\ud83d") },
      { weight: 1, arbitrary: fc.constantFrom("", "a\0") },
    ),
    origin: neighbor,
    rightOrigin: neighbor,
  });
  const removed = fc.record({
    kind: fc.constant("removed" as const),
    length,
    origin: neighbor,
    rightOrigin: neighbor,
  });
  const unattached = fc.oneof(
    fc.record({ kind: fc.constant("collected" as const), length }),
    fc.record({ kind: fc.constant("skip" as const), length }),
  );
  const struct = fc.oneof(
    { weight: 24, arbitrary: text },
    { weight: 3, arbitrary: removed },
    { weight: 1, arbitrary: unattached },
  );
  const block = fc
    .record({
      client: fc.constantFrom(...clients),
      offset: fc.oneof(
        { weight: 12, arbitrary: fc.constant(0) },
        { weight: 3, arbitrary: fc.integer({ min: -3, max: 2 }) },
        { weight: 1, arbitrary: fc.constantFrom(2 ** 29, 2 ** 31, 2 ** 45) },
      ),
      structs: fc.array(struct, { maxLength: 4 }),
    })
    .map(({ client, offset, structs }) => ({
      client,
      clock: Math.max(0, (clocks.get(client) ?? 0) + offset),
      structs,
    }));
  const deletion = fc.record({ client: fc.constantFrom(...clients), clock: fc.nat(clockRange), length });
  const getNextId = (client: number): Id => ({ client, clock: clocks.get(client) ?? 0 });
  const sortDescending = <Block extends { client: number }>(blocks: Block[]) =>
    blocks.toSorted((a, b) => b.client - a.client);
  const cycle = fc.shuffledSubarray(clients, { minLength: 2, maxLength: 2 }).map((pair) =>
    pair.map((client, index) => {
      const origin = getNextId(pair[1 - index] ?? client);
      return {
        ...getNextId(client),
        structs: [{ kind: "text" as const, text: "o", origin, rightOrigin: null }],
      };
    }),
  );
  const distinct = fc.uniqueArray(block, { maxLength: 3, selector: ({ client }) => client });
  return fc
    .tuple(
      fc.oneof(
        { weight: 8, arbitrary: distinct.map(sortDescending) },
        { weight: 1, arbitrary: fc.array(block, { maxLength: 3 }) },
        { weight: 1, arbitrary: cycle.map(sortDescending) },
      ),
      fc.oneof(
        { weight: 4, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(deletion, { maxLength: 2 }) },
      ),
    )
    .map(([blocks, deletions]) =>
      encodeUpdate(
        blocks,
        deletions.map(({ client, ...range }) => ({ client, ranges: [range] })),
      ),
    );
}
