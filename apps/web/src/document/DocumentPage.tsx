import { can, isReason } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { lazy, Suspense, useState, useSyncExternalStore } from "react";

import { client } from "../app/client.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { NotFound } from "../ui/NotFound.tsx";
import { Pending } from "../ui/Pending.tsx";
import { Markdown } from "./markdown/Markdown.tsx";
import { Peers } from "./Peers.tsx";
import { SaveState } from "./SaveState.tsx";
import { useLiveDocument } from "./useLiveDocument.ts";
import { useText } from "./useText.ts";

const Editor = lazy(() => import("./editor/Editor.tsx").then((module) => ({ default: module.Editor })));

export function DocumentPage() {
  const { documentId } = useParams({ from: "/member/w/$workspaceId/d/$documentId" });
  const me = useQuery({ queryKey: ["me"], queryFn: () => client.auth.me.query() });
  const document = useQuery({
    queryKey: ["document", documentId],
    queryFn: () => client.document.get.query({ id: documentId }),
  });
  const live = useLiveDocument(documentId, me.data?.id);
  if (isReason(document.error, "NOT_FOUND", "BAD_INPUT")) return <NotFound />;
  if (document.data === undefined)
    return document.isPending ? <Pending /> : <ErrorNote error={document.error} />;
  const { title, role, content } = document.data;
  return live === null ? (
    <Reading title={title} text={content} />
  ) : (
    <Writing key={documentId} live={live} title={title} mayEdit={can(role, "document.update")} />
  );
}

/** The document as it was when it was fetched, until its live self is there. */
function Reading({ title, text }: { title: string; text: string }) {
  return (
    <article className="mx-auto max-w-[46rem] p-6 md:px-10 md:py-12">
      <h1 className="mb-8 text-4xl font-semibold tracking-tight">{title}</h1>
      <Markdown text={text} />
    </article>
  );
}

function Writing({ live, title, mayEdit }: { live: LiveDocument; title: string; mayEdit: boolean }) {
  const meta = useSyncExternalStore(live.meta.subscribe, live.meta.get);
  const text = useText(live);
  const editable = meta.role === undefined ? mayEdit : can(meta.role, "document.update");
  const [writing, setWriting] = useState(false);
  return (
    <div className="flex h-full flex-col">
      <div className="flex min-h-12 flex-wrap items-center gap-3 border-b border-line px-4 py-2">
        <h1 className="truncate font-semibold tracking-tight">{meta.title ?? title}</h1>
        <SaveState live={live} />
        <span className="ml-auto">
          <Peers live={live} />
        </span>
        {editable && (
          <Button
            kind={writing ? "plain" : "primary"}
            aria-pressed={writing}
            onClick={() => setWriting(!writing)}
          >
            {writing ? "Done" : "Edit"}
          </Button>
        )}
      </div>
      <div className={`grid min-h-0 flex-1 ${writing ? "md:grid-cols-2" : ""}`}>
        {writing && (
          <div className="min-h-0 overflow-y-auto border-line md:border-r">
            <Suspense fallback={<Pending />}>
              <Editor live={live} readOnly={!editable} />
            </Suspense>
          </div>
        )}
        <div className="min-h-0 overflow-y-auto">
          <article className="mx-auto max-w-[46rem] p-6 md:px-10 md:py-8">
            {text === "" ? <p className="text-faint">This document is empty.</p> : <Markdown text={text} />}
          </article>
        </div>
      </div>
    </div>
  );
}
