import { expect, it } from "vitest";

import { type PendingVersion, type NewVersion, buildVersions } from "./build-versions.ts";
import { decodeBodyText } from "./delta-compression.ts";
import type { HistoryHead } from "./stored-versions.ts";

const nothing: HistoryHead = {
  number: 0,
  version: 0,
  hash: null,
  label: null,
  keyframe: null,
  since: { versions: 0, bytes: 0 },
};

const draft = (text: string, n: number): PendingVersion => ({
  documentVersion: n + 1,
  text,
  reason: "saved",
  authors: [],
});

/** Decodes a version as a reader does. */
function read(versions: readonly NewVersion[], { body, base }: NewVersion): string {
  return decodeBodyText(body, base === null ? null : (versions[base - 1]?.body ?? null));
}

it("stores a thousand versions of a long document completely, in a fraction of the size of copies", () => {
  const lines = Array.from(
    { length: 2000 },
    (_, n) => `Line ${n} of ${Math.imul(n, 2_654_435_761)} and more`,
  );
  const texts = Array.from({ length: 1000 }, (_, n) => {
    lines[(n * 37) % lines.length] = `Changed for the ${n}th time, ${"by and by ".repeat(n % 5)}`;
    return lines.join("\n");
  });
  const { versions } = buildVersions(nothing, texts.map(draft));
  versions.forEach((version, n) => expect(read(versions, version)).toBe(texts[n]));
  const packed = versions.reduce((sum, { body }) => sum + body.length, 0);
  const copied = texts.reduce((sum, text) => sum + text.length, 0);
  expect(packed).toBeLessThan(copied / 20);
});

it("stores versions that have nothing in common, including an empty one and the largest", () => {
  const large = "漢字かな交じり文".repeat(65_000);
  const texts = ["", "short", large, "", `x${large}`, "\uFEFFwith a mark\r\n", "👩‍🚀"];
  const { versions } = buildVersions(nothing, texts.map(draft));
  expect(versions.map((version) => read(versions, version))).toEqual(texts);
  expect(versions.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it("reads an uncompressed version, as of earlier releases, and encodes versions against it", () => {
  const bare = "as it was kept\n";
  const keyframe = { number: 1, text: Buffer.from(bare), size: bare.length };
  const { versions } = buildVersions({ ...nothing, number: 1, keyframe }, [draft(`${bare}and more\n`, 1)]);
  const [next] = versions;
  expect(decodeBodyText(Buffer.from(bare), null)).toBe(bare);
  expect(next?.base).toBe(1);
  expect(decodeBodyText(next?.body ?? Buffer.of(), Buffer.from(bare))).toBe(`${bare}and more\n`);
});
