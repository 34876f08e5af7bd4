import type { RouterOutputs } from "@mdreader/client";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import type { LinkTarget } from "../editor/link-completion.ts";
import type { OpenEmbed } from "../markdown/embeds.ts";
import { createEmbedOpener } from "./embedded-document.ts";
import { type LinkOrigin, openLink } from "./open-link.ts";

interface DocumentLinks {
  /** Suggests documents to link to. */
  complete: (query: string) => Promise<LinkTarget[]>;
  /** Opens the document or file that a relative link points to. */
  open: (path: string) => void;
  openEmbed: OpenEmbed;
}

/** Resolves the links of a document to documents of its workspace by path. */
export function useDocumentLinks({
  id,
  workspaceId,
}: Pick<RouterOutputs["document"]["get"], "id" | "workspaceId">): DocumentLinks {
  const navigate = useNavigate();
  return useMemo(() => {
    const origin: LinkOrigin = {
      id,
      onDocument: (documentId, hash) =>
        void navigate({
          to: "/w/$workspaceId/d/$documentId",
          params: { workspaceId, documentId },
          ...(hash !== undefined && { hash }),
        }),
    };
    return {
      async complete(query) {
        const { items } = await queryClient.fetchQuery(
          trpc.document.suggestLinks.queryOptions({ documentId: id, query }),
        );
        return items;
      },
      open: (path) => openLink(origin, path),
      openEmbed: createEmbedOpener(origin),
    };
  }, [id, workspaceId, navigate]);
}
