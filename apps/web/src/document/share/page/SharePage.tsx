import { reasonOf } from "@mdreader/client";
import type { Heading } from "@mdreader/markdown";
import { Printer, SunMoon, X } from "lucide-react";
import { useCallback, useState } from "react";

import { toggleTheme } from "../../../lib/theme.ts";
import { IconButton } from "../../../ui/Button.tsx";
import { ErrorNote } from "../../../ui/ErrorNote.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { Time } from "../../../ui/Time.tsx";
import { Title } from "../../../ui/Title.tsx";
import { scrollToSlug } from "../../markdown/follow-link.ts";
import type { ResolveFiles } from "../../markdown/images.ts";
import { Markdown } from "../../markdown/Markdown.tsx";
import type { PreviewDom } from "../../markdown/preview-dom.ts";
import { printPage } from "../../markdown/print.ts";
import { Outline } from "../../panel/Outline.tsx";
import { toFileUrl } from "./address.ts";
import { PasswordForm } from "./PasswordForm.tsx";
import { ShareCard } from "./ShareCard.tsx";
import { useFileLinks } from "./useFileLinks.ts";
import { type ShownDocument, useShare } from "./useShare.ts";

/** The page behind a public link: the document, a password form or an error. */
export function SharePage({ token }: { token: string }) {
  const { document, error, opening } = useShare(token);
  const reason = error === null ? null : reasonOf(error);
  if (reason === "NOT_FOUND") return <ShareNotFound />;
  if (reason === "SHARE_PASSWORD_REQUIRED") return <PasswordForm opening={opening} />;
  if (document !== undefined) return <SharedDocument token={token} document={document} />;
  return error === null ? (
    <Loading />
  ) : (
    <ShareCard title="This document can't be shown right now">
      <ErrorNote error={error} />
    </ShareCard>
  );
}

function SharedDocument({ token, document }: { token: string; document: ShownDocument }) {
  const { title, content, updatedAt, shareToken } = document;
  const resolve = useCallback<ResolveFiles>(
    (paths) => Promise.resolve(new Map(paths.map((path) => [path, toFileUrl(token, path, shareToken)]))),
    [token, shareToken],
  );
  const links = useFileLinks(token, shareToken);
  const [rendered, setRendered] = useState<{ outline: readonly Heading[]; surface: PreviewDom } | null>(null);
  const outline = rendered?.outline ?? [];
  return (
    <main className="mx-auto w-full max-w-3xl px-5 pt-10 pb-20 md:px-10 md:pt-16 print:p-0">
      <Title>{title}</Title>
      <div className="mb-8 border-b border-line pb-4">
        <div className="flex items-start gap-2">
          <h1
            dir="auto"
            className="min-w-0 flex-1 text-[1.75rem]/tight font-semibold tracking-tight wrap-break-word"
          >
            {title}
          </h1>
          <div className="not-printed flex">
            <IconButton label="Toggle light and dark theme" onClick={toggleTheme}>
              <SunMoon />
            </IconButton>
            <IconButton label="Print" onClick={() => void printPage()}>
              <Printer />
            </IconButton>
          </div>
        </div>
        <p className="mt-1.5 text-sm text-faint">
          Last updated <Time at={updatedAt} />
        </p>
        {outline.length > 1 && (
          <details className="not-printed mt-3 text-sm">
            <summary className="cursor-pointer text-faint">Outline</summary>
            <div className="max-h-[40dvh] overflow-y-auto" data-scrolls>
              <Outline
                headings={outline}
                topLine={-2}
                onGo={({ slug }) => rendered !== null && scrollToSlug(rendered.surface, slug)}
              />
            </div>
          </details>
        )}
      </div>
      <Markdown
        text={content}
        onRendered={({ outline: headings }, surface) => setRendered({ outline: headings, surface })}
        resolveFiles={resolve}
        onFollow={links.follow}
      />
      <output className="not-printed fixed right-4 bottom-4 w-[min(22rem,calc(100vw-2rem))]">
        {links.isUnavailable && (
          <span className="flex items-center gap-3 rounded-lg bg-raised py-2 pr-2 pl-3.5 text-sm shadow-raised">
            <span className="min-w-0 flex-1">This link leads to a document that isn't shared with you.</span>
            <IconButton label="Dismiss" onClick={links.dismiss}>
              <X />
            </IconButton>
          </span>
        )}
      </output>
    </main>
  );
}

function ShareNotFound() {
  return (
    <ShareCard title="This link doesn't work">
      <p className="text-sm text-faint">
        It may be incorrect, expired or revoked. Ask the person who shared it for a new one.
      </p>
    </ShareCard>
  );
}
