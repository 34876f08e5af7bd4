/**
 * The address of a file of a shared document.
 * @param path As the document's Markdown has it. It travels as one name, so that no browser resolves what in it leads
 *   upward.
 * @param pass Stands for the share's password, where it has one.
 */
export function fileAddress(token: string, path: string, pass: string | null): string {
  const proof = pass === null ? "" : `?pass=${encodeURIComponent(pass)}`;
  return `/s/${encodeURIComponent(token)}/${encodeURIComponent(path)}${proof}`;
}
