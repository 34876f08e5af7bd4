/** The Markdown of a link to a file, or of an image. */
export function createFileLink(file: { path: string; name: string; isImage: boolean }): string {
  const label = file.name.replaceAll(/[[\]\\]/g, "\\$&");
  return `${file.isImage ? "!" : ""}[${label}](${encodePath(file.path)})`;
}

/** Encodes only the characters that would end the link or change its meaning. */
export const encodePath = (path: string): string =>
  path.replaceAll(
    /[\s%?#()<>\\]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
