/**
 * The address of a file of a shared document.
 * @param path As the document's Markdown has it. It travels as one name, so that no browser resolves what in it leads
 *   upward.
 * @param shareToken Stands for the share's password, where it has one.
 */
export function toFileUrl(token: string, path: string, shareToken: string | null): string {
  const proof = shareToken === null ? "" : `?shareToken=${encodeURIComponent(shareToken)}`;
  return `/s/${encodeURIComponent(token)}/${encodeURIComponent(path)}${proof}`;
}
