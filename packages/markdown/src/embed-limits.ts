/** Limits of the documents that are embedded in one document, directly or in other embedded ones. */
export const embedLimits = {
  maxDepth: 3,
  maxCount: 20,
  /** Of the texts of all embedded documents, in UTF-16 units. */
  maxLength: 200_000,
};
