import { isReason, type RouterOutputs } from "@mdreader/client";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";

import { trpc } from "../lib/client.ts";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { Loading } from "../ui/Loading.tsx";
import { NotFound } from "../ui/NotFound.tsx";
import { Title } from "../ui/Title.tsx";
import { DocumentEditor } from "./DocumentEditor.tsx";
import { Markdown } from "./markdown/Markdown.tsx";
import { useLiveDocument } from "./useLiveDocument.ts";

/** The page of one live document. */
export function DocumentPage() {
  const { documentId } = useParams({ from: "/member/w/$workspaceId/d/$documentId" });
  const me = useQuery(trpc.auth.me.queryOptions());
  const document = useQuery(
    trpc.document.get.queryOptions({ id: documentId }, { staleTime: Infinity, gcTime: 0 }),
  );
  const live = useLiveDocument(documentId, me.data?.id);
  if (live !== null && live.id === documentId && document.data !== undefined)
    return <DocumentEditor key={documentId} live={live} document={document.data} />;
  if (isReason(document.error, "NOT_FOUND", "BAD_INPUT")) return <NotFound />;
  if (document.error !== null) return <ErrorNote error={document.error} />;
  return document.data === undefined ? <Loading /> : <StaticDocument document={document.data} />;
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
