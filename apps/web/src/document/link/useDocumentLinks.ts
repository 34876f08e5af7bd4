import type { RouterOutputs } from "@mdreader/client";
import { useNavigate } from "@tanstack/react-router";

import { client, queryClient, trpc } from "../../lib/client.ts";
import { showToast, showErrorToast } from "../../ui/toast.ts";
import type { LinkTarget } from "../editor/link-completion.ts";

interface DocumentLinks {
  /** Suggests documents to link to. */
  complete: (query: string) => Promise<LinkTarget[]>;
  /** Opens the document that a relative link points to. */
  open: (path: string) => void;
}

/** Resolves the links of a document to documents of its workspace by path. */
export function useDocumentLinks({ id, workspaceId }: RouterOutputs["document"]["get"]): DocumentLinks {
  const navigate = useNavigate();
  const open = async (path: string) => {
    const { document } = await client.document.resolveLink.query({ documentId: id, path });
    const hash = /#(.*)/.exec(path)?.[1];
    if (document === null) {
      const { items } = await client.file.resolve.query({ documentId: id, paths: [path] });
      const file = items[0]?.file ?? null;
      if (file === null) showToast(`Nothing found at “${path}”.`);
      else window.open(client.fileUrl(file.url), "_blank", "noopener");
    } else
      await navigate({
        to: "/w/$workspaceId/d/$documentId",
        params: { workspaceId, documentId: document.id },
        ...(hash !== undefined && { hash }),
      });
  };
  return {
    async complete(query) {
      const { items } = await queryClient.fetchQuery(
        trpc.document.suggestLinks.queryOptions({ documentId: id, query }),
      );
      return items;
    },
    open: (path) => void open(path).catch(showErrorToast),
  };
}
