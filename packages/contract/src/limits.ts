/** How much fits. Kept apart from the schemas, so that a client can ask without loading them. */

/** The largest document, in bytes of UTF-8. */
export const maxDocumentBytes = 1.5 * 1024 * 1024;

/** The largest comment, in bytes of UTF-8. */
export const maxCommentBytes = 10 * 1024;

/** The longest title of a document and name of a folder, in UTF-16 code units. */
export const maxNameLength = 255;
