export { whenDocumentsClosed } from "../document/closing-documents.ts";
export { type LiveDocumentOptions, useLiveDocument } from "../document/useLiveDocument.ts";
export { useLiveText } from "../document/useLiveText.ts";
export { useObserved } from "../document/useObserved.ts";
export { getRemoteStates, usePresence } from "../document/usePresence.ts";
