import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { FilePlus2, FileText, FolderInput, Sparkles } from "lucide-react";

import { importDialog } from "../document/transfer/import-dialog.ts";
import { toFolderQueryInput } from "../document/tree/node.ts";
import { useTreeActions } from "../document/tree/useTreeActions.ts";
import { palette } from "../layout/palette-handle.ts";
import { trpc } from "../lib/client.ts";
import { Button } from "../ui/Button.tsx";
import { EmptyState } from "../ui/EmptyState.tsx";

interface NothingOpenedProps {
  workspaceId: string;
  mayCreate: boolean;
}

/** The start page of a person who has opened nothing. In an empty workspace, ways to begin. */
export function NothingOpened({ workspaceId, mayCreate }: NothingOpenedProps) {
  const { newDocument, newSample } = useTreeActions(workspaceId);
  const root = useInfiniteQuery(
    trpc.document.tree.infiniteQueryOptions(toFolderQueryInput(workspaceId, null), pagedQuery),
  );
  if (root.data === undefined) return null;
  const isEmpty = root.data.pages[0]?.items.length === 0;
  if (!isEmpty) {
    return (
      <EmptyState icon={<FileText />} title="Nothing opened yet">
        <p>Choose a document in the sidebar, or search.</p>
        <div className="mt-5">
          <Button onClick={() => palette.set(true)}>Search</Button>
        </div>
      </EmptyState>
    );
  }
  if (!mayCreate) return <EmptyState icon={<FileText />} title="No documents yet" />;
  return (
    <EmptyState icon={<FileText />} title="Bring your Markdown, or start here">
      <p>Import a folder or zip of Markdown files, look at a sample, or write your first document.</p>
      <div className="mt-5 flex flex-wrap justify-center gap-2">
        <Button onClick={() => importDialog.set(true)}>
          <FolderInput className="size-4" />
          Import
        </Button>
        <Button onClick={newSample}>
          <Sparkles className="size-4" />
          Sample document
        </Button>
        <Button onClick={() => newDocument(null)}>
          <FilePlus2 className="size-4" />
          Blank document
        </Button>
      </div>
    </EmptyState>
  );
}
