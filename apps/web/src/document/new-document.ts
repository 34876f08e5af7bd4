let newDocumentId: string | null = null;

/** Remembers a document that was just created in this window, so that its page starts with the title selected. */
export function setNewDocument(id: string): void {
  newDocumentId = id;
}

/** Whether the document was just created. True once per document. */
export function takeNewDocument(id: string): boolean {
  if (newDocumentId !== id) return false;
  newDocumentId = null;
  return true;
}
