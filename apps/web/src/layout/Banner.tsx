import { useQuery } from "@tanstack/react-query";

import { trpc } from "../lib/client.ts";

/** The banner that administrators have set. */
export function Banner() {
  const { data } = useQuery(trpc.auth.instance.queryOptions(undefined, { staleTime: 300_000 }));
  if (typeof data?.banner !== "string") return null;
  return (
    <section aria-label="Announcement" className="border-b border-line bg-panel px-4 py-1.5">
      <p role="note" className="text-center text-sm whitespace-pre-line">
        {data.banner}
      </p>
    </section>
  );
}
