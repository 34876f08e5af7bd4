/** How files are named after documents, as the server's own archives name them. */
export * from "@mdreader/contract/file-names";
