import type { RouterOutputs } from "@mdreader/client";

import type { LinkTarget } from "./editor/link-completion.ts";

export function useDocumentLinks(_document: RouterOutputs["document"]["get"]) {
  return { complete: async (_query: string): Promise<LinkTarget[]> => [], open: (_path: string) => {} };
}
