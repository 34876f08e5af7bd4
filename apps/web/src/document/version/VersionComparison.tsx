import type { RouterOutputs } from "@mdreader/client";
import { useQuery } from "@tanstack/react-query";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { InlineDiff, SideBySide } from "./Diff.tsx";
import { RenderedDiff } from "./RenderedDiff.tsx";

const diffModes = [
  { mode: "unified", label: "Source" },
  { mode: "sideBySide", label: "Side by side" },
  { mode: "rendered", label: "Rendered" },
] as const;
/** The ways to show changes. */
export type DiffMode = (typeof diffModes)[number]["mode"];

interface VersionComparisonProps {
  document: Pick<RouterOutputs["document"]["get"], "id" | "workspaceId">;
  from: number;
  /** Without it, the current text. */
  to?: number;
  mode: DiffMode;
  onMode: (mode: DiffMode) => void;
}

/** Compares two versions, or one with the current text. */
export function VersionComparison({ document, from, to, mode, onMode }: VersionComparisonProps) {
  const diff = useQuery(
    trpc.document.version.diff.queryOptions(
      { id: document.id, from, ...(to !== undefined && { to }) },
      { staleTime: 0 },
    ),
  );
  if (diff.data === undefined) return diff.error === null ? <Loading /> : <ErrorNote error={diff.error} />;
  const { hunks, added, removed, truncated } = diff.data;
  if (hunks.length === 0) return <p className="py-6 text-center text-sm text-faint">No differences.</p>;
  return (
    <div>
      <div className="mb-2 flex flex-wrap items-center gap-3 text-sm text-faint">
        <span className="text-good">+{added}</span>
        <span className="text-danger">−{removed}</span>
        <span className="flex-1">lines</span>
        <fieldset aria-label="Changes as" className="flex">
          {diffModes.map((one) => (
            <Button
              key={one.mode}
              kind="quiet"
              className="aria-pressed:bg-chosen aria-pressed:text-ink"
              aria-pressed={mode === one.mode}
              onClick={() => onMode(one.mode)}
            >
              {one.label}
            </Button>
          ))}
        </fieldset>
      </div>
      <div
        className={`max-h-[50dvh] overflow-y-auto rounded-lg border border-line ${mode === "rendered" ? "px-4 py-3" : ""}`}
      >
        {mode === "rendered" ? (
          <RenderedTexts document={document} from={from} to={to} />
        ) : mode === "sideBySide" ? (
          <SideBySide hunks={hunks} />
        ) : (
          <InlineDiff hunks={hunks} />
        )}
      </div>
      {truncated && mode !== "rendered" && (
        <p className="mt-2 text-sm text-faint">Only the first changes are shown.</p>
      )}
    </div>
  );
}

interface RenderedTextsProps extends Pick<VersionComparisonProps, "document" | "from"> {
  to: number | undefined;
}

/** Reads both texts and renders their differences. */
function RenderedTexts({ document, from, to }: RenderedTextsProps) {
  const { id } = document;
  const before = useQuery(
    trpc.document.version.get.queryOptions({ id, number: from }, { staleTime: Infinity }),
  );
  const saved = useQuery({
    ...trpc.document.version.get.queryOptions({ id, number: to ?? 1 }, { staleTime: Infinity }),
    enabled: to !== undefined,
  });
  const current = useQuery({
    ...trpc.document.get.queryOptions({ id }, { staleTime: 0 }),
    enabled: to === undefined,
  });
  const after = to === undefined ? current : saved;
  const error = before.error ?? after.error;
  if (before.data === undefined || after.data === undefined)
    return error === null ? <Loading /> : <ErrorNote error={error} />;
  return <RenderedDiff document={document} before={before.data.content} after={after.data.content} />;
}
