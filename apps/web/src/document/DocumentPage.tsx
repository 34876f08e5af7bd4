import { isReason } from "@mdreader/client";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";

import { client } from "../app/client.ts";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { NotFound } from "../ui/NotFound.tsx";
import { Pending } from "../ui/Pending.tsx";
import { Markdown } from "./Markdown.tsx";

export function DocumentPage() {
  const { documentId } = useParams({ from: "/member/w/$workspaceId/d/$documentId" });
  const document = useQuery({
    queryKey: ["document", documentId],
    queryFn: () => client.document.get.query({ id: documentId }),
  });
  if (isReason(document.error, "NOT_FOUND", "BAD_INPUT")) return <NotFound />;
  if (document.data === undefined)
    return document.isPending ? <Pending /> : <ErrorNote error={document.error} />;
  const { title, content, updatedAt } = document.data;
  return (
    <article className="mx-auto max-w-[46rem] p-6 md:px-10 md:py-12">
      <p className="mb-1 text-sm text-faint">
        Changed <time dateTime={updatedAt}>{new Date(updatedAt).toLocaleString()}</time>
      </p>
      <h1 className="mb-8 text-4xl font-semibold tracking-tight">{title}</h1>
      {content === "" ? <p className="text-faint">This document is empty.</p> : <Markdown text={content} />}
    </article>
  );
}
