import { queryClient, trpc } from "../../lib/client.ts";
import { createTreeCache } from "./folder-cache.ts";

/** The cached folders, which actions change before the server reports the change. */
export const treeCache = createTreeCache({ queryClient, trpc });
