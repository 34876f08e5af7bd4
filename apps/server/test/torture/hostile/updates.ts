import { sendAndRead, type HostileRequest, repeat } from "./attacker.ts";

const base64 = (bytes: Uint8Array | readonly number[]) => Buffer.from(bytes).toString("base64");

const encodeVarint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...encodeVarint(Math.floor(value / 128))];

/** The encoded name of the root type, as the parent in an update. */
const parent = [1, 7, ...Buffer.from("content")];

/** Letters at the start of the text without origins, so that all of them conflict. */
const encodeConflicting = (client: number, count: number): number[] => [
  ...encodeVarint(count),
  client,
  0,
  ...repeat(count, () => [0x04, ...parent, 1, 0x61]).flat(),
];

/** Letters that are each inserted before the previous one. */
const encodeReversed = (client: number, count: number): number[] => [
  ...encodeVarint(count),
  client,
  0,
  0x04,
  ...parent,
  1,
  0x62,
  ...repeat(count - 1, (n) => [0x44, client, ...encodeVarint(n), 1, 0x62]).flat(),
];

/** Pushes an update, and checks that the document and others still respond. */
function createPush(name: string, update: () => string): HostileRequest {
  return {
    name,
    async prepare({ api, workspaceId }) {
      const { id } = await api.document.create.mutate({ workspaceId, title: name });
      const sent = update();
      return async () => [
        await sendAndRead(api.document.push.mutate({ id, update: sent })),
        `then ${await sendAndRead(api.document.get.query({ id }))}`,
        `list ${await sendAndRead(api.document.list.query({ workspaceId }))}`,
      ];
    },
  };
}

/** Removes every second letter of a text in one update. */
const encodeRemovals = (client: number, count: number): number[] => [
  0,
  1,
  ...encodeVarint(client),
  ...encodeVarint(count),
  ...repeat(count, (n) => [...encodeVarint(2 * n), 1]).flat(),
];

/** Letters that each follow the previous one, as separate structs. */
const encodeSingles = (client: number, count: number): number[] => [
  1,
  ...encodeVarint(count),
  client,
  0,
  0x04,
  ...parent,
  1,
  0x61,
  ...repeat(count - 1, (n) => [0x84, client, ...encodeVarint(n), 1, 0x61]).flat(),
  0,
];

/** Updates that no editor creates. */
export const updates: HostileRequest[] = [
  createPush("a letter whose origin is itself, in 10 bytes", () =>
    base64([1, 1, 5, 0, 0x84, 5, 0, 1, 0x61, 0]),
  ),
  createPush("two letters that name each other as origin", () =>
    base64([2, 1, 6, 0, 0x84, 5, 0, 1, 0x61, 1, 5, 0, 0x84, 6, 0, 1, 0x62, 0]),
  ),
  createPush("one client in two blocks of an update", () =>
    base64([2, ...encodeConflicting(5, 1), 1, 5, 1, 0x04, ...parent, 1, 0x62, 0]),
  ),
  createPush("a collected struct of 2^31", () => base64([1, 1, 7, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x08, 0])),
  createPush("65,000 letters as structs of their own", () => base64(encodeSingles(9, 65_000))),
  createPush("131,000 letters as structs of their own", () => base64(encodeSingles(9, 131_000))),
  {
    name: "every second letter of 130,000 removed in one update",
    async prepare({ api, workspaceId }) {
      const { id } = await api.document.create.mutate({ workspaceId, title: "Long" });
      const text = "x".repeat(130_000);
      const written = [1, 1, 9, 0, 0x04, ...parent, ...encodeVarint(text.length), ...Buffer.from(text), 0];
      await api.document.push.mutate({ id, update: base64(written) });
      const update = base64(encodeRemovals(9, 65_000));
      return async () => [
        await sendAndRead(api.document.push.mutate({ id, update })),
        `then ${await sendAndRead(api.document.get.query({ id }))}`,
      ];
    },
  },
  createPush("2 × 6,000 letters that conflict, in 120 KB", () =>
    base64([2, ...encodeConflicting(2, 6000), ...encodeReversed(1, 6000), 0]),
  ),
];
