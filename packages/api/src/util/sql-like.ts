/** The pattern by which LIKE finds `text` anywhere, whatever it has of LIKE's own signs. */
export const toLikePattern = (text: string): string => `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`;
