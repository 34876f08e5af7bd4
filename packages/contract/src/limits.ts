/** Size limits. Separate from the schemas, so that clients can use them without loading zod. */

/** The largest document, in UTF-8 bytes. */
export const maxDocumentBytes = 1.5 * 1024 * 1024;

/** The largest comment, in UTF-8 bytes. */
export const maxCommentBytes = 10 * 1024;

/** The longest document title and folder name, in UTF-16 units. */
export const maxNameLength = 255;
