import type { RouterOutputs } from "@mdreader/client";
import { useQuery } from "@tanstack/react-query";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { InlineDiff, SideBySide } from "./Diff.tsx";
import { RenderedDiff } from "./RenderedDiff.tsx";

const looks = [
  { look: "unified", label: "Source" },
  { look: "beside", label: "Side by side" },
  { look: "rendered", label: "Rendered" },
] as const;
/** How changes are shown. */
export type DiffLook = (typeof looks)[number]["look"];

interface ComparedProps {
  document: Pick<RouterOutputs["document"]["get"], "id" | "workspaceId">;
  from: number;
  /** Without it, the current text. */
  to?: number;
  look: DiffLook;
  onLook: (look: DiffLook) => void;
}

/** Compares two versions, or one with the current text. */
export function Compared({ document, from, to, look, onLook }: ComparedProps) {
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
          {looks.map((one) => (
            <Button
              key={one.look}
              kind="quiet"
              className="aria-pressed:bg-chosen aria-pressed:text-ink"
              aria-pressed={look === one.look}
              onClick={() => onLook(one.look)}
            >
              {one.label}
            </Button>
          ))}
        </fieldset>
      </div>
      <div
        className={`max-h-[50dvh] overflow-y-auto rounded-lg border border-line ${look === "rendered" ? "px-4 py-3" : ""}`}
      >
        {look === "rendered" ? (
          <RenderedTexts document={document} from={from} to={to} />
        ) : look === "beside" ? (
          <SideBySide hunks={hunks} />
        ) : (
          <InlineDiff hunks={hunks} />
        )}
      </div>
      {truncated && look !== "rendered" && (
        <p className="mt-2 text-sm text-faint">Only the first changes are shown.</p>
      )}
    </div>
  );
}

interface RenderedTextsProps extends Pick<ComparedProps, "document" | "from"> {
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
