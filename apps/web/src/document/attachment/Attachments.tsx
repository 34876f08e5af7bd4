import { can, type Role, type RouterOutputs } from "@mdreader/client";
import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { trpc } from "../../lib/client.ts";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { AttachmentRow } from "./AttachmentRow.tsx";
import { formatSize } from "./format-size.ts";
import { encodePath } from "./markdown-link.ts";

interface AttachmentsProps {
  document: RouterOutputs["document"]["get"];
  role: Role;
  /** The text of the document. */
  text: string;
  /** Inserts Markdown at the cursor; undefined for a reader. */
  onInsert: ((markdown: string) => void) | undefined;
  /** Called after a file was renamed, to update the text. */
  onMoved: (from: string, to: string) => void;
}

/** The files of the document, also those that its text no longer links to. */
export function Attachments({ document, role, text, onInsert, onMoved }: AttachmentsProps) {
  const { workspaceId } = document;
  const list = useInfiniteQuery(
    trpc.file.list.infiniteQueryOptions({ workspaceId, documentId: document.id }, pagedQuery),
  );
  const usage = useQuery(trpc.file.usage.queryOptions({ workspaceId }));
  const files = list.data?.pages.flatMap(({ items }) => items) ?? [];
  if (list.isPending) return <Loading />;
  return (
    <div className="grid gap-3 p-3">
      <ErrorNote error={list.error} retry={list.refetch} />
      {list.isSuccess && files.length === 0 && (
        <p className="px-1 py-4 text-sm text-faint">
          {can(role, "file.upload")
            ? "No attachments. Add files with the toolbar, or paste or drop them into the text."
            : "No attachments."}
        </p>
      )}
      <ul aria-label="Files" className="grid gap-1">
        {files.map((file) => (
          <AttachmentRow
            key={file.id}
            file={file}
            isLinked={text.includes(encodePath(file.path)) || text.includes(file.path)}
            mayChange={can(role, "file.move")}
            onInsert={onInsert}
            onMoved={onMoved}
          />
        ))}
      </ul>
      <LoadMore list={list} />
      {usage.data !== undefined && (
        <p className="px-1 text-xs text-faint">
          This workspace uses {formatSize(usage.data.usedBytes)} of {formatSize(usage.data.quotaBytes)}.
        </p>
      )}
    </div>
  );
}
