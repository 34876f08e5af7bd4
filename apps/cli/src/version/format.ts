import type { RouterOutputs } from "@mdreader/client";

import { stripControl, toOneLine, applyStyle } from "../output.ts";

type Versions = RouterOutputs["document"]["version"];
type Blamed = RouterOutputs["document"]["blame"]["items"][number];
type Author = Blamed["writer"];
type DiffLine = Versions["diff"]["hunks"][number]["lines"][number];

/** The author and API key of a change, such as `ada` or `ada by nightly sync`. */
function formatAuthor({ person, apiKeyName }: Author): string {
  const name = person?.username ?? "someone";
  return toOneLine(apiKeyName === null ? name : `${name} by ${apiKeyName}`);
}

export const formatAuthors = (writers: readonly Author[]) => writers.map(formatAuthor).join(", ");

const signs = { same: " ", removed: "-", added: "+" } as const;
const lineColors = { removed: "red", added: "green" } as const;

/** Formats a comparison like `diff -u`; on a terminal, changed words are underlined. */
export function formatDiff({ from, to, hunks }: Versions["diff"]): string {
  if (hunks.length === 0) return "";
  const formatSide = ({ number, title }: Versions["diff"]["from"]) =>
    `${toOneLine(title)} (${number === null ? "now" : `version ${number}`})`;
  return [
    applyStyle("bold", `--- ${formatSide(from)}`),
    applyStyle("bold", `+++ ${formatSide(to)}`),
    ...hunks.flatMap((hunk) => [
      applyStyle("cyan", `@@ -${hunk.from.line},${hunk.from.lines} +${hunk.to.line},${hunk.to.lines} @@`),
      ...hunk.lines.map(formatLine),
    ]),
  ].join("\n");
}

function formatLine({ kind, parts }: DiffLine): string {
  const ends = parts.at(-1)?.text.endsWith("\n") ?? false;
  const pieces = parts.map(({ text, changed }, index) => {
    const printable = stripControl(index === parts.length - 1 ? text.replace(/\n$/, "") : text);
    if (kind === "same") return printable;
    return applyStyle(
      changed && parts.length > 1 ? [lineColors[kind], "underline"] : lineColors[kind],
      printable,
    );
  });
  const line = signs[kind] + pieces.join("");
  return ends ? line : `${line}\n\\ No newline at end of file`;
}

/** Formats the lines of a text, each prefixed with its author and date. */
export function formatBlame(ranges: readonly Blamed[]): string {
  const last = ranges.at(-1);
  const digits = `${last === undefined ? 0 : last.line + last.lines}`.length;
  const widest = Math.max(0, ...ranges.map(({ writer }) => formatAuthor(writer).length));
  return ranges
    .flatMap(({ line, text, writer, writtenAt }) =>
      text
        .replace(/\n$/, "")
        .split("\n")
        .map((one, index) => {
          const by = `${formatAuthor(writer).padEnd(widest)}  ${writtenAt.slice(0, 16).replace("T", " ")}`;
          return `${applyStyle("dim", by)}  ${`${line + index}`.padStart(digits)}  ${stripControl(one)}`;
        }),
    )
    .join("\n");
}
