import { answerTo, type HostileRequest, times } from "./world.ts";

const base64 = (bytes: Uint8Array | readonly number[]) => Buffer.from(bytes).toString("base64");

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];

/** The root's name, as an update writes a parent. */
const parent = [1, 7, ...Buffer.from("content")];

/** Letters at the beginning of the text, each of which says nothing of its neighbours: all conflict with each other. */
const lost = (client: number, count: number): number[] => [
  ...varint(count),
  client,
  0,
  ...times(count, () => [0x04, ...parent, 1, 0x61]).flat(),
];

/** Letters each of which stands before the one before. */
const backwards = (client: number, count: number): number[] => [
  ...varint(count),
  client,
  0,
  0x04,
  ...parent,
  1,
  0x62,
  ...times(count - 1, (n) => [0x44, client, ...varint(n), 1, 0x62]).flat(),
];

/** Pushes an update, and looks whether the document and its neighbours still answer. */
function pushing(name: string, update: () => string): HostileRequest {
  return {
    name,
    async prepare({ api, workspaceId }) {
      const { id } = await api.document.create.mutate({ workspaceId, title: name });
      const sent = update();
      return async () => [
        await answerTo(api.document.push.mutate({ id, update: sent })),
        `then ${await answerTo(api.document.get.query({ id }))}`,
        `list ${await answerTo(api.document.list.query({ workspaceId }))}`,
      ];
    },
  };
}

/** Updates of a document that no editor makes. */
export const updates: HostileRequest[] = [
  pushing("a letter whose origin is itself, in 10 bytes", () => base64([1, 1, 5, 0, 0x84, 5, 0, 1, 0x61, 0])),
  pushing("two letters that name each other as origin", () =>
    base64([2, 1, 6, 0, 0x84, 5, 0, 1, 0x61, 1, 5, 0, 0x84, 6, 0, 1, 0x62, 0]),
  ),
  pushing("a collected struct of 2^31", () => base64([1, 1, 7, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x08, 0])),
  pushing("2 × 6,000 letters that conflict, in 120 KB", () =>
    base64([2, ...lost(2, 6000), ...backwards(1, 6000), 0]),
  ),
];
