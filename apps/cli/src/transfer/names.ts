/** The rules for naming the files of documents, shared with the server's archives. */
export * from "@mdreader/contract/file-names";
