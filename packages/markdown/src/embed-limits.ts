/** Limits of the documents that are embedded in a document, directly or through others. */
export const embedLimits = {
  maxDepth: 3,
  maxCount: 20,
  /** The length of all embedded texts together, in UTF-16 units. */
  maxLength: 200_000,
};
