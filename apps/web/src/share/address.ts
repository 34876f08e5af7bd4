/**
 * The address of an attachment of a shared document.
 * @param path As the document's Markdown has it: relative, and escaped as people escape addresses, or not.
 * @param pass Stands for the share's password, where it has one.
 */
export function fileAddress(token: string, path: string, pass: string | null): string {
  const [name = "", fragment] = path.split("#", 2);
  const inside = new URL(name.replace(/\?[^]*$/, ""), "http://document.invalid/").pathname;
  const proof = pass === null ? "" : `?pass=${encodeURIComponent(pass)}`;
  return `/s/${encodeURIComponent(token)}${inside}${proof}${fragment === undefined ? "" : `#${fragment}`}`;
}
