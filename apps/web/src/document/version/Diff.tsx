import type { RouterOutputs } from "@mdreader/client";
import { Fragment } from "react";

type Hunk = RouterOutputs["document"]["version"]["diff"]["hunks"][number];
type Line = Hunk["lines"][number];

const lineStyles = {
  same: "",
  added: "bg-good/10 [&_mark]:bg-good/25",
  removed: "bg-danger-soft [&_mark]:bg-danger/25",
} satisfies Record<Line["kind"], string>;
const signs = { same: " ", added: "+", removed: "−" } satisfies Record<Line["kind"], string>;
const spoken = { same: "", added: "added: ", removed: "removed: " } satisfies Record<Line["kind"], string>;

/** Inline diff: both texts in one column. */
export function InlineDiff({ hunks }: { hunks: readonly Hunk[] }) {
  return (
    <div className="font-mono text-xs leading-6">
      {hunks.map((hunk) => (
        <Fragment key={`${hunk.from.line} ${hunk.to.line}`}>
          <HunkHeader hunk={hunk} />
          {numberLines(hunk).map(({ key, line }) => (
            <DiffLine key={key} line={line} />
          ))}
        </Fragment>
      ))}
    </div>
  );
}

/** Side-by-side diff: old text on the left, new text on the right. */
export function SideBySide({ hunks }: { hunks: readonly Hunk[] }) {
  return (
    <div className="font-mono text-xs leading-6">
      {hunks.map((hunk) => (
        <Fragment key={`${hunk.from.line} ${hunk.to.line}`}>
          <HunkHeader hunk={hunk} />
          {toLinePairs(hunk).map(({ key, left, right }) => (
            <div key={key} className="grid grid-cols-2 divide-x divide-line">
              {left === undefined ? <span className="bg-hover" /> : <DiffLine line={left} />}
              {right === undefined ? <span className="bg-hover" /> : <DiffLine line={right} />}
            </div>
          ))}
        </Fragment>
      ))}
    </div>
  );
}

function HunkHeader({ hunk: { from, to } }: { hunk: Hunk }) {
  return (
    <div className="bg-panel px-3 font-sans text-faint not-first:border-t not-last:border-b border-line">
      Line {to.line}
      {from.line !== to.line && ` (was ${from.line})`}
    </div>
  );
}

function DiffLine({ line: { kind, parts } }: { line: Line }) {
  return (
    <div className={`grid min-h-6 min-w-0 grid-cols-[1.5rem_1fr] ${lineStyles[kind]}`}>
      <span aria-hidden="true" className="text-center text-faint select-none">
        {signs[kind]}
      </span>
      <span className="pr-3 wrap-anywhere whitespace-pre-wrap">
        <span className="sr-only">{spoken[kind]}</span>
        {withLineNumbers(parts).map(({ at, text, changed }) =>
          changed ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>,
        )}
      </span>
    </div>
  );
}

/** Adds the start offset to each part. */
function withLineNumbers(parts: Line["parts"]) {
  let at = 0;
  return parts.map((part) => {
    const here = { at, text: part.text.replace(/\r?\n$/, ""), changed: part.changed };
    at += part.text.length;
    return here;
  });
}

function numberLines({ from, to, lines }: Hunk) {
  let [before, after] = [from.line, to.line];
  return lines.map((line) => {
    const key = `${line.kind} ${before} ${after}`;
    if (line.kind !== "added") before += 1;
    if (line.kind !== "removed") after += 1;
    return { key, line };
  });
}

/** Pairs removed lines with the added lines that replace them. */
function toLinePairs(hunk: Hunk) {
  const pairs: { key: string; left?: Line; right?: Line }[] = [];
  let removed: { key: string; line: Line }[] = [];
  const flush = () => {
    pairs.push(...removed.map(({ key, line }) => ({ key, left: line })));
    removed = [];
  };
  for (const { key, line } of numberLines(hunk)) {
    if (line.kind === "removed") removed.push({ key, line });
    else if (line.kind === "added") {
      const left = removed.shift();
      pairs.push({ key, ...(left !== undefined && { left: left.line }), right: line });
    } else {
      flush();
      pairs.push({ key, left: line, right: line });
    }
  }
  flush();
  return pairs;
}
