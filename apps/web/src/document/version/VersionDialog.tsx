import type { RouterOutputs } from "@mdreader/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { Tabs } from "../../ui/Tabs.tsx";
import { showToast } from "../../ui/toast.ts";
import { createFileResolver } from "../attachment/resolve-files.ts";
import { useDocumentLinks } from "../link/useDocumentLinks.ts";
import { Markdown } from "../markdown/Markdown.tsx";
import { InlineDiff, SideBySide } from "./Diff.tsx";

type DocumentRef = Pick<RouterOutputs["document"]["get"], "id" | "workspaceId">;

interface VersionDialogProps {
  document: DocumentRef;
  version: RouterOutputs["document"]["version"]["list"]["items"][number];
  mayRestore: boolean;
  onClose: () => void;
}

type View = "before" | "now" | "text";

/** A saved version: its changes, the changes since, its text, and restore. */
export function VersionDialog({ document, version, mayRestore, onClose }: VersionDialogProps) {
  const documentId = document.id;
  const { number, label } = version;
  const [shown, setShown] = useState<View>(number === 1 ? "text" : "before");
  const restore = useMutation(
    trpc.document.version.restore.mutationOptions({
      onSuccess: async () => {
        showToast(`Version ${number} was restored. Later changes are kept in the history.`);
        onClose();
        await queryClient.invalidateQueries(trpc.document.version.pathFilter());
      },
    }),
  );
  const tabs = [
    ...(number > 1
      ? [
          {
            value: "before" as const,
            label: "Changes",
            panel: <Compared documentId={documentId} from={number - 1} to={number} />,
          },
        ]
      : []),
    {
      value: "now" as const,
      label: "Compare with current",
      panel: <Compared documentId={documentId} from={number} />,
    },
    {
      value: "text" as const,
      label: "Text",
      panel: <VersionText document={document} number={number} />,
    },
  ];
  return (
    <Dialog open wide onOpenChange={(open) => !open && onClose()} title={label ?? `Version ${number}`}>
      <Tabs label="View" tabs={tabs} value={shown} onChange={setShown} />
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

function VersionText({ document, number }: { document: DocumentRef; number: number }) {
  const { id } = document;
  const { open, openEmbed } = useDocumentLinks(document);
  const resolveFiles = useMemo(() => createFileResolver(id), [id]);
  const version = useQuery(trpc.document.version.get.queryOptions({ id, number }, { staleTime: Infinity }));
  if (version.data === undefined)
    return version.error === null ? <Loading /> : <ErrorNote error={version.error} />;
  return (
    <div className="max-h-[55dvh] overflow-y-auto">
      <Markdown
        text={version.data.content}
        resolveFiles={resolveFiles}
        openEmbed={openEmbed}
        documentId={id}
        onFollow={open}
      />
    </div>
  );
}

/** Compares two versions, or one with the current text if `to` is omitted. */
function Compared({ documentId, from, to }: { documentId: string; from: number; to?: number }) {
  const [isSideBySide, setSideBySide] = useState(false);
  const diff = useQuery(
    trpc.document.version.diff.queryOptions(
      { id: documentId, from, ...(to !== undefined && { to }) },
      { staleTime: 0 },
    ),
  );
  if (diff.data === undefined) return diff.error === null ? <Loading /> : <ErrorNote error={diff.error} />;
  const { hunks, added, removed, truncated } = diff.data;
  if (hunks.length === 0) return <p className="py-6 text-center text-sm text-faint">No differences.</p>;
  return (
    <div>
      <div className="mb-2 flex items-center gap-3 text-sm text-faint">
        <span className="text-good">+{added}</span>
        <span className="text-danger">−{removed}</span>
        <span className="flex-1">lines</span>
        <Button kind="quiet" aria-pressed={isSideBySide} onClick={() => setSideBySide(!isSideBySide)}>
          {isSideBySide ? "Unified" : "Side by side"}
        </Button>
      </div>
      <div className="max-h-[50dvh] overflow-y-auto rounded-lg border border-line">
        {isSideBySide ? <SideBySide hunks={hunks} /> : <InlineDiff hunks={hunks} />}
      </div>
      {truncated && <p className="mt-2 text-sm text-faint">Only the first changes are shown.</p>}
    </div>
  );
}
