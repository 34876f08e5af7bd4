import { createClient, isReason, reasonOf } from "@mdreader/client";
import { indexedDbStore, type LiveDocument } from "@mdreader/client/live";
import {
  MDReaderProvider,
  pagedQuery,
  shouldRetry,
  useClient,
  useTRPC,
  useUpload,
  useWorkspaceEvents,
  useWorkspacePresence,
} from "@mdreader/react";
import {
  useLiveDocument,
  useLiveText,
  useObserved,
  usePresence,
  whenDocumentsClosed,
} from "@mdreader/react/live";
import { QueryClient, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

/** A page that uses the hooks, for the tests. The address says what it shows. */

const params = new URLSearchParams(location.search);
const read = (name: string) => params.get(name) ?? "";

const client = createClient({ url: location.origin, token: document.body.dataset["token"] ?? "" });
const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: Infinity, retry: shouldRetry } },
});
const store = indexedDbStore("reader");

/** Two documents, one at a time, or none. */
function Documents() {
  const ids = read("documents").split(",");
  const [open, setOpen] = useState<string | null>(ids[0] ?? null);
  const [unsent, setUnsent] = useState<number | null>(null);
  const ownClient = useClient();
  const leave = async () => {
    setOpen(null);
    // After React has removed the document.
    await new Promise((resolve) => setTimeout(resolve));
    await whenDocumentsClosed(ownClient);
    setUnsent((await store.unsent()).length);
  };
  return (
    <>
      {ids.map((id, index) => (
        <button key={id} type="button" onClick={() => setOpen(id)}>
          Open {index + 1}
        </button>
      ))}
      <button type="button" onClick={() => void leave()}>
        Leave
      </button>
      <output aria-label="Unsent">{unsent}</output>
      {open !== null && <LivePage documentId={open} />}
    </>
  );
}

function LivePage({ documentId }: { documentId: string }) {
  const live = useLiveDocument(documentId, { store });
  const people = usePresence(live);
  return (
    <>
      <ul aria-label="People">
        {people.map(({ user, status }) => (
          <li key={user.id}>
            {user.name} {status}
          </li>
        ))}
      </ul>
      {live === null ? <p>Opening</p> : <Text live={live} />}
    </>
  );
}

function Text({ live }: { live: LiveDocument }) {
  const text = useLiveText(live);
  const status = useObserved(live.saveState, (state) => state.status);
  const { title } = useObserved(live.meta);
  return (
    <>
      <button type="button" onClick={() => live.ytext.insert(live.ytext.length, "typed here\n")}>
        Type
      </button>
      <output aria-label="Status">{status}</output>
      <output aria-label="Title">{title}</output>
      <pre>{text}</pre>
    </>
  );
}

/** Changes that other people make in a workspace. */
function Workspace() {
  const workspaceId = read("workspace");
  const trpc = useTRPC();
  const workspace = useQuery(trpc.workspace.get.queryOptions({ id: workspaceId }));
  const [isFollowing, setFollowing] = useState(read("follows") !== "later");
  const [kinds, setKinds] = useState<readonly string[]>([]);
  const { status } = useWorkspaceEvents(workspaceId, {
    enabled: workspace.isSuccess && isFollowing,
    onEvent: ({ kind }) => setKinds((known) => [...known, kind]),
  });
  const presence = useWorkspacePresence(workspaceId, { enabled: workspace.isSuccess });
  const pages = useInfiniteQuery(
    trpc.document.tree.infiniteQueryOptions({ workspaceId, folderId: null }, pagedQuery),
  );
  const page = useQuery(trpc.document.tree.queryOptions({ workspaceId, folderId: null }));
  const activity = useInfiniteQuery(
    trpc.workspace.activity.infiniteQueryOptions({ workspaceId }, pagedQuery),
  );
  const favorites = useQuery(trpc.document.favorite.list.queryOptions({ workspaceId }));
  const create = useMutation(trpc.document.create.mutationOptions());
  return (
    <>
      <h1>{workspace.data?.name}</h1>
      <output aria-label="Reason">{reasonOf(workspace.error)}</output>
      <output aria-label="Status">{status}</output>
      <List label="Pages" items={pages.data?.pages.flatMap(({ items }) => items.map(({ name }) => name))} />
      <List label="Page" items={page.data?.items.map(({ name }) => name)} />
      <List label="Favorites" items={favorites.data?.items.map(({ title }) => title)} />
      <List
        label="Activity"
        items={activity.data?.pages.flatMap(({ items }) => items.map(({ kind }) => kind))}
      />
      <List label="Events" items={kinds} />
      <List
        label="Present"
        items={[...presence].flatMap(([id, people]) => people.map(({ username }) => `${username} in ${id}`))}
      />
      <button type="button" onClick={() => setFollowing(true)}>
        Follow
      </button>
      <button type="button" onClick={() => create.mutate({ workspaceId, title: "" })}>
        Create
      </button>
      <output aria-label="Refused">{String(isReason(create.error, "BAD_INPUT"))}</output>
    </>
  );
}

function List({ label, items }: { label: string; items: readonly string[] | undefined }) {
  return <output aria-label={label}>{items?.join(", ") ?? "unknown"}</output>;
}

/** Uploads of files. */
function Uploads() {
  const [paths, setPaths] = useState<readonly string[]>([]);
  const upload = useUpload(read("workspace"), {
    onSuccess: ({ path }) => setPaths((known) => [...known, path]),
  });
  return (
    <>
      <label>
        Files
        <input
          type="file"
          multiple
          onChange={({ target }) => {
            for (const file of target.files ?? []) upload.mutate({ file });
          }}
        />
      </label>
      <button type="button" onClick={upload.cancel}>
        Cancel
      </button>
      <output aria-label="Progress">{upload.progress ?? "none"}</output>
      <output aria-label="Status">{upload.status}</output>
      <output aria-label="Reason">{reasonOf(upload.error)}</output>
      <List label="Paths" items={paths} />
    </>
  );
}

const pages: Record<string, () => React.ReactNode> = {
  documents: Documents,
  workspace: Workspace,
  uploads: Uploads,
};
const Page = pages[read("show")] ?? Uploads;
const root = document.body.appendChild(document.createElement("main"));
createRoot(root).render(
  <StrictMode>
    {read("show") === "without provider" ? (
      <Page />
    ) : (
      <MDReaderProvider client={client} queryClient={queryClient}>
        <Page />
      </MDReaderProvider>
    )}
  </StrictMode>,
);
