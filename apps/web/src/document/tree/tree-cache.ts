import { createTreeCache } from "@mdreader/react";

import { queryClient, trpc } from "../../lib/client.ts";

/** The cached folders, which actions change before the server reports the change. */
export const treeCache = createTreeCache({ queryClient, trpc });
