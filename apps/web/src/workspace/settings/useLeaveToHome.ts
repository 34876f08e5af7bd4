import { useNavigate } from "@tanstack/react-router";

import { queryClient, trpc } from "../../lib/client.ts";
import { showToast } from "../../ui/toast.ts";

/** Opens the list of workspaces after the reader left or deleted one, and shows a message. */
export function useLeaveToHome() {
  const navigate = useNavigate();
  return async (message: string) => {
    await navigate({ to: "/" });
    showToast(message);
    await queryClient.invalidateQueries(trpc.workspace.list.pathFilter());
  };
}
