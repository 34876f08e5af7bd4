import type { RouterOutputs } from "@mdreader/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useMemo, useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button, getIconButtonClass } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { Tabs } from "../../ui/Tabs.tsx";
import { ExactTime } from "../../ui/Time.tsx";
import { showToast } from "../../ui/toast.ts";
import { createFileResolver } from "../attachment/resolve-files.ts";
import { useDocumentLinks } from "../link/useDocumentLinks.ts";
import { Markdown } from "../markdown/Markdown.tsx";
import { formatAuthors } from "./author.ts";
import { VersionComparison, type DiffMode } from "./VersionComparison.tsx";

type DocumentRef = Pick<RouterOutputs["document"]["get"], "id" | "workspaceId">;

interface VersionDialogProps {
  document: DocumentRef;
  version: RouterOutputs["document"]["version"]["list"]["items"][number];
  mayRestore: boolean;
  /** Shows the version before; absent for the first one. */
  onPrevious?: (() => void) | undefined;
  /** Shows the version after; absent for the newest one. */
  onNext?: (() => void) | undefined;
  onClose: () => void;
}

type View = "before" | "now" | "text";

/** A saved version: its changes, the changes since, its text, and restore. */
export function VersionDialog({
  document,
  version,
  mayRestore,
  onPrevious,
  onNext,
  onClose,
}: VersionDialogProps) {
  const documentId = document.id;
  const { number, label, createdAt, authors } = version;
  const [chosen, choose] = useState<View>("before");
  const [mode, setMode] = useState<DiffMode>("unified");
  const shown = number === 1 && chosen === "before" ? "text" : chosen;
  const restore = useMutation(
    trpc.document.version.restore.mutationOptions({
      onSuccess: async () => {
        showToast(`Version ${number} was restored. Later changes are kept in the history.`);
        onClose();
        await queryClient.invalidateQueries(trpc.document.version.pathFilter());
      },
    }),
  );
  const compared = { document, mode, onMode: setMode };
  const tabs = [
    ...(number > 1
      ? [
          {
            value: "before" as const,
            label: "Changes",
            panel: <VersionComparison key={number} {...compared} from={number - 1} to={number} />,
          },
        ]
      : []),
    {
      value: "now" as const,
      label: "Compare with current",
      panel: <VersionComparison key={number} {...compared} from={number} />,
    },
    {
      value: "text" as const,
      label: "Text",
      panel: <VersionText key={number} document={document} number={number} />,
    },
  ];
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      onKeyDown={(event) => {
        const step = readStep(event);
        if (step !== null) (step === "previous" ? onPrevious : onNext)?.();
      }}
      title={label ?? `Version ${number}`}
    >
      {/* The first controls of the dialog get the focus, because arrow keys switch tabs in a list of tabs. */}
      <div className="mb-3 flex items-center gap-1 text-sm text-faint">
        <StepButton label="Previous version" keys="ArrowLeft" onStep={onPrevious}>
          <ChevronLeft />
        </StepButton>
        <StepButton label="Next version" keys="ArrowRight" onStep={onNext}>
          <ChevronRight />
        </StepButton>
        <p className="min-w-0">
          {label !== null && `Version ${number}, `}
          <ExactTime at={createdAt} />
          {authors.length > 0 && ` by ${formatAuthors(authors)}`}
        </p>
      </div>
      <Tabs label="View" tabs={tabs} value={shown} onChange={choose} />
      <ErrorNote error={restore.error} />
      <DialogActions>
        <Cancel>Close</Cancel>
        {mayRestore && (
          <Button
            kind="primary"
            disabled={restore.isPending}
            onClick={() => restore.mutate({ id: documentId, number })}
          >
            Restore this version
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

interface StepButtonProps {
  label: string;
  keys: string;
  onStep: (() => void) | undefined;
  children: ReactNode;
}

/** A disabled button would lose the focus, and with it the arrow keys. */
const StepButton = ({ label, keys, onStep, children }: StepButtonProps) => (
  <button
    type="button"
    aria-label={label}
    aria-keyshortcuts={keys}
    aria-disabled={onStep === undefined}
    onClick={onStep}
    className={getIconButtonClass("aria-disabled:opacity-50")}
  >
    {children}
  </button>
);

/** Reads the step of an arrow key. In a list of tabs, arrows choose tabs. */
function readStep({ key, altKey, ctrlKey, metaKey, shiftKey, target }: KeyboardEvent) {
  if (altKey || ctrlKey || metaKey || shiftKey) return null;
  if (target instanceof Element && target.closest("[role=tablist], pre, input") !== null) return null;
  if (key === "ArrowLeft") return "previous";
  return key === "ArrowRight" ? "next" : null;
}

function VersionText({ document, number }: { document: DocumentRef; number: number }) {
  const { id } = document;
  const { open, openEmbed } = useDocumentLinks(document);
  const resolveFiles = useMemo(() => createFileResolver(id), [id]);
  const version = useQuery(trpc.document.version.get.queryOptions({ id, number }, { staleTime: Infinity }));
  if (version.data === undefined)
    return version.error === null ? <Loading /> : <ErrorNote error={version.error} />;
  const { content } = version.data;
  if (content === "") return <p className="py-6 text-center text-sm text-faint">This version is empty.</p>;
  return (
    <div className="max-h-[55dvh] overflow-y-auto">
      <Markdown
        text={content}
        resolveFiles={resolveFiles}
        openEmbed={openEmbed}
        documentId={id}
        onFollow={open}
      />
    </div>
  );
}
