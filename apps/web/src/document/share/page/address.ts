/**
 * The URL of a file of a shared document.
 * @param path The path in the document's Markdown. It is encoded as one segment, so that browsers do not resolve `..`.
 * @param shareToken Proof of the share's password, if it has one.
 */
export function toFileUrl(token: string, path: string, shareToken: string | null): string {
  const proof = shareToken === null ? "" : `?shareToken=${encodeURIComponent(shareToken)}`;
  return `/s/${encodeURIComponent(token)}/${encodeURIComponent(path)}${proof}`;
}
