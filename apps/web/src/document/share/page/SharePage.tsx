import { reasonOf } from "@mdreader/client";
import { useCallback } from "react";

import { ErrorNote } from "../../../ui/ErrorNote.tsx";
import { Time } from "../../../ui/Time.tsx";
import { Title } from "../../../ui/Title.tsx";
import { Markdown } from "../../markdown/Markdown.tsx";
import type { ResolveFiles } from "../../markdown/pictures.ts";
import { toFileUrl } from "./address.ts";
import { PasswordForm } from "./PasswordForm.tsx";
import { ShareCard } from "./ShareCard.tsx";
import { type ShownDocument, useShare } from "./useShare.ts";

/** The page behind a public link: the document, a password form or an error. */
export function SharePage({ token }: { token: string }) {
  const { document, error, opening } = useShare(token);
  const reason = error === null ? null : reasonOf(error);
  if (reason === "NOT_FOUND") return <ShareNotFound />;
  if (reason === "SHARE_PASSWORD_REQUIRED") return <PasswordForm opening={opening} />;
  if (document !== undefined) return <SharedDocument token={token} document={document} />;
  return error === null ? null : (
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
  return (
    <main className="mx-auto w-full max-w-3xl px-5 pt-10 pb-20 md:px-10 md:pt-16 print:p-0">
      <Title>{title}</Title>
      <header className="mb-8 border-b border-line pb-4">
        <h1 className="text-[1.75rem]/tight font-semibold tracking-tight wrap-break-word">{title}</h1>
        <p className="mt-1.5 text-sm text-faint">
          Last updated <Time at={updatedAt} />
        </p>
      </header>
      <Markdown
        text={content}
        resolveFiles={resolve}
        onFollow={(path) => void window.open(toFileUrl(token, path, shareToken), "_blank", "noopener")}
      />
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
