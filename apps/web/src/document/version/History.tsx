import { can, type Role, type RouterOutputs } from "@mdreader/client";
import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { TimeOfDay } from "../../ui/Time.tsx";
import { formatAuthors } from "./author.ts";
import { VersionDialog } from "./VersionDialog.tsx";

type Version = RouterOutputs["document"]["version"]["list"]["items"][number];

/** Saved versions, newest first: author, changes, and restore. */
export function History({ document, role }: { document: RouterOutputs["document"]["get"]; role: Role }) {
  const documentId = document.id;
  const [shownNumber, setShownNumber] = useState<number | null>(null);
  const list = useInfiniteQuery(
    trpc.document.version.list.infiniteQueryOptions({ id: documentId }, { ...pagedQuery, staleTime: 0 }),
  );
  const versions = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const index = versions.findIndex(({ number }) => number === shownNumber);
  const shown = versions[index];
  const newer = index > 0 ? versions[index - 1] : undefined;
  /** Shows a version that may be on the next page. */
  const showOlder = async (number: number) => {
    if (!versions.some((version) => version.number === number)) await list.fetchNextPage();
    setShownNumber(number);
  };
  return (
    <div>
      {can(role, "document.nameVersion") && <NameVersion documentId={documentId} />}
      <ErrorNote error={list.error} />
      {list.isPending && <Loading />}
      <ol aria-label="Versions" className="px-2 py-1">
        {versions.map((version) => (
          <li key={version.number}>
            <button
              type="button"
              onClick={() => setShownNumber(version.number)}
              className="block w-full rounded-md px-2 py-2 text-left hover:bg-hover"
            >
              <span className="flex items-baseline gap-2">
                <span className="min-w-0 flex-1 truncate text-sm font-medium">
                  {version.label ?? <TimeOfDay at={version.createdAt} />}
                </span>
                <span className="text-xs text-faint tabular-nums">v{version.number}</span>
              </span>
              <span className="block truncate text-xs text-faint">
                {version.label !== null && (
                  <>
                    <TimeOfDay at={version.createdAt} />
                    {" · "}
                  </>
                )}
                {describeReason(version)}{" "}
                {version.authors.length > 0 && `by ${formatAuthors(version.authors)}`}
              </span>
            </button>
          </li>
        ))}
      </ol>
      <LoadMore list={list} />
      {shown !== undefined && (
        <VersionDialog
          document={document}
          version={shown}
          mayRestore={can(role, "document.restoreVersion")}
          onPrevious={shown.number > 1 ? () => void showOlder(shown.number - 1) : undefined}
          onNext={newer && (() => setShownNumber(newer.number))}
          onClose={() => setShownNumber(null)}
        />
      )}
    </div>
  );
}

/** Names the current version. */
function NameVersion({ documentId }: { documentId: string }) {
  const name = useMutation(
    trpc.document.version.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.document.version.pathFilter()),
    }),
  );
  return (
    <Form
      className="grid gap-2 border-b border-line p-3"
      onSend={(form, element) =>
        name.mutate(
          { id: documentId, label: getFormString(form, "label") },
          { onSuccess: () => element.reset() },
        )
      }
    >
      <div className="flex gap-2">
        <input
          name="label"
          required
          maxLength={100}
          aria-label="Version name"
          placeholder="Name this version"
          className="h-8 min-w-0 flex-1 rounded-md border border-edge bg-paper px-2.5 text-sm placeholder:text-faint/80 pointer-coarse:h-10"
        />
        <Button type="submit" disabled={name.isPending}>
          Save
        </Button>
      </div>
      <ErrorNote error={name.error} />
    </Form>
  );
}

function describeReason({ reason, restoredFrom }: Version): string {
  switch (reason) {
    case "created":
      return "Created";
    case "imported":
      return "Imported";
    case "edited":
      return "Edited";
    case "saved":
      return "Saved";
    case "named":
      return "Named";
    case "restored":
      return restoredFrom === null ? "Restored" : `Version ${restoredFrom} restored`;
  }
}
