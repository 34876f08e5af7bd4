import { client } from "../../lib/client.ts";
import type { Failure } from "../../ui/error-messages.ts";
import { showErrorToast, showToast } from "../../ui/toast.ts";
import { decodeTarget, isFileName } from "../markdown/follow-link.ts";

/** The document whose links are resolved, and the way to another one. */
export interface LinkOrigin {
  id: string;
  onDocument: (id: string, hash: string | undefined) => void;
}

/** Opens the document or file that a relative link in a document leads to. */
export function openLink(origin: LinkOrigin, path: string): void {
  // Browsers open a tab only during a click, not once the link has been resolved.
  const tab = isFileName(path) ? window.open("", "_blank") : null;
  if (tab !== null) tab.opener = null;
  void resolve(origin, path, tab).catch((error: Failure) => {
    tab?.close();
    showErrorToast(error);
  });
}

async function resolve({ id, onDocument }: LinkOrigin, path: string, tab: Window | null): Promise<void> {
  const { document } = await client.document.resolveLink.query({ documentId: id, path });
  if (document !== null) {
    tab?.close();
    return onDocument(document.id, /#(.*)/s.exec(path)?.[1]);
  }
  const { items } = await client.file.resolve.query({ documentId: id, paths: [path] });
  const file = items[0]?.file ?? null;
  if (file === null) {
    tab?.close();
    return showToast(`Nothing found at “${decodeTarget(path)}”.`);
  }
  const url = client.fileUrl(file.url);
  if (tab !== null) tab.location.replace(url);
  else
    showToast(`“${decodeTarget(path)}” is a file.`, {
      label: "Open",
      run: () => void window.open(url, "_blank", "noopener"),
    });
}
