/** The LIKE pattern that matches `text` anywhere, with LIKE's special characters escaped. */
export const toLikePattern = (text: string): string => `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`;
