import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";

import { Button } from "../ui/Button.tsx";
import { client, queries } from "./client.ts";

/** The frame of all pages of a person who is signed in. */
export function Shell() {
  const navigate = useNavigate();
  const me = useQuery({ queryKey: ["me"], queryFn: () => client.auth.me.query() });
  const logOut = useMutation({
    mutationFn: () => client.auth.logout.mutate(),
    onSettled: async () => {
      queries.clear();
      await navigate({ to: "/login", search: {} });
    },
  });
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="sticky top-0 z-10 flex h-12 items-center gap-4 border-b border-line bg-paper/90 px-4 backdrop-blur">
        <Link to="/" className="flex items-center gap-2 font-semibold tracking-tight">
          <img src="/icon.svg" alt="" className="size-6" />
          MDReader
        </Link>
        <span className="ml-auto truncate text-sm text-faint">{me.data?.username}</span>
        <Button kind="quiet" onClick={() => logOut.mutate()} disabled={logOut.isPending}>
          Log out
        </Button>
      </header>
      <Outlet />
    </div>
  );
}
