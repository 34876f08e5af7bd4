import { isReason, isUnreachable, type RouterOutputs } from "@mdreader/client";
import { indexedDbStore } from "@mdreader/client/live";
import { useLiveDocument } from "@mdreader/react/live";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { CloudOff } from "lucide-react";
import { useMemo } from "react";

import { trpc } from "../lib/client.ts";
import { EmptyState } from "../ui/EmptyState.tsx";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { Loading } from "../ui/Loading.tsx";
import { NotFound } from "../ui/NotFound.tsx";
import { Title } from "../ui/Title.tsx";
import { DocumentEditor } from "./DocumentEditor.tsx";
import { Markdown } from "./markdown/Markdown.tsx";

/** The page of one live document. */
export function DocumentPage() {
  const { documentId } = useParams({ from: "/member/w/$workspaceId/d/$documentId" });
  const me = useQuery(trpc.auth.me.queryOptions());
  const document = useQuery(
    trpc.document.get.queryOptions({ id: documentId }, { staleTime: Infinity, gcTime: 0 }),
  );
  const userId = me.data?.id;
  const live = useLiveDocument(documentId, {
    enabled: userId !== undefined,
    // Unsent edits stay in the browser until they are sent.
    store: useMemo(() => (userId === undefined ? undefined : indexedDbStore(userId)), [userId]),
  });
  if (live !== null && document.data !== undefined)
    return <DocumentEditor key={documentId} live={live} document={document.data} />;
  if (isReason(document.error, "NOT_FOUND", "BAD_INPUT")) return <NotFound />;
  if (document.data === undefined && (document.isPaused || isUnreachable(document.error)))
    return <NotStored />;
  if (document.error !== null) return <ErrorNote error={document.error} />;
  return document.data === undefined ? <Loading /> : <StaticDocument document={document.data} />;
}

/** The document is only on the server, which is unreachable. The query is repeated until it is not. */
function NotStored() {
  return (
    <div className="mx-auto max-w-xl p-6">
      <Title>Not available offline</Title>
      <EmptyState icon={<CloudOff />} title="This document isn't available offline">
        It hasn't been opened in this browser yet. It opens as soon as you're back online.
      </EmptyState>
    </div>
  );
}

/** The fetched document, shown until its live copy is ready. */
function StaticDocument({ document: { title, content } }: { document: RouterOutputs["document"]["get"] }) {
  return (
    <article className="mx-auto max-w-[46rem] px-6 py-16 md:px-10">
      <Title>{title}</Title>
      <Markdown text={content} />
    </article>
  );
}
