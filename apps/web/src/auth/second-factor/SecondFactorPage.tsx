import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { queryClient, trpc } from "../../lib/client.ts";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { AuthCard } from "../AuthCard.tsx";
import { SetUp } from "./SetUp.tsx";

/** Where people come first who must set up a second factor. */
export function SecondFactorPage() {
  const me = useQuery(trpc.auth.me.queryOptions());
  const navigate = useNavigate();
  const goOn = async () => {
    await queryClient.resetQueries();
    await navigate({ to: "/" });
  };
  return (
    <AuthCard title="Set up a second factor" lead="This server requires one before you can continue.">
      <ErrorNote error={me.error} retry={me.refetch} />
      {me.data !== undefined && (
        <SetUp hasPassword={me.data.hasPassword} isEnabled={false} onDone={() => void goOn()} />
      )}
    </AuthCard>
  );
}
