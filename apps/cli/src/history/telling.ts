import type { RouterOutputs } from "@mdreader/client";

import { harmless, oneLine, styled } from "../output.ts";

type Versions = RouterOutputs["document"]["version"];
type Blamed = RouterOutputs["document"]["blame"]["items"][number];
type Writer = Blamed["writer"];
type DiffLine = Versions["diff"]["hunks"][number]["lines"][number];

/** Who wrote, in a few words: `ada`, or `ada by nightly sync`. */
export function nameOf({ person, apiKeyName }: Writer): string {
  const name = person?.username ?? "someone";
  return oneLine(apiKeyName === null ? name : `${name} by ${apiKeyName}`);
}

export const namesOf = (writers: readonly Writer[]) => writers.map(nameOf).join(", ");

const signs = { same: " ", removed: "-", added: "+" } as const;
const colours = { removed: "red", added: "green" } as const;

/** A comparison as `diff -u` writes it; on a terminal, the words that differ are underlined. */
export function diffInWords({ from, to, hunks }: Versions["diff"]): string {
  if (hunks.length === 0) return "";
  const side = ({ number, title }: Versions["diff"]["from"]) =>
    `${oneLine(title)} (${number === null ? "now" : `version ${number}`})`;
  return [
    styled("bold", `--- ${side(from)}`),
    styled("bold", `+++ ${side(to)}`),
    ...hunks.flatMap((hunk) => [
      styled("cyan", `@@ -${hunk.from.line},${hunk.from.lines} +${hunk.to.line},${hunk.to.lines} @@`),
      ...hunk.lines.map(lineInWords),
    ]),
  ].join("\n");
}

function lineInWords({ kind, parts }: DiffLine): string {
  const ends = parts.at(-1)?.text.endsWith("\n") ?? false;
  const pieces = parts.map(({ text, changed }, index) => {
    const shown = harmless(index === parts.length - 1 ? text.replace(/\n$/, "") : text);
    if (kind === "same") return shown;
    return styled(changed && parts.length > 1 ? [colours[kind], "underline"] : colours[kind], shown);
  });
  const line = signs[kind] + pieces.join("");
  return ends ? line : `${line}\n\\ No newline at end of file`;
}

/** Each line of a text, behind who wrote it and when. */
export function blameInWords(ranges: readonly Blamed[]): string {
  const last = ranges.at(-1);
  const digits = `${last === undefined ? 0 : last.line + last.lines}`.length;
  const widest = Math.max(0, ...ranges.map(({ writer }) => nameOf(writer).length));
  return ranges
    .flatMap(({ line, text, writer, writtenAt }) =>
      text
        .replace(/\n$/, "")
        .split("\n")
        .map((one, index) => {
          const by = `${nameOf(writer).padEnd(widest)}  ${writtenAt.slice(0, 16).replace("T", " ")}`;
          return `${styled("dim", by)}  ${`${line + index}`.padStart(digits)}  ${harmless(one)}`;
        }),
    )
    .join("\n");
}
