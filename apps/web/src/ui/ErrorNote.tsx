import { isUnreachable, retryAfterOf } from "@mdreader/client";

/** What went wrong, in words. Shows nothing when nothing did. */
export function ErrorNote({ error }: { error: Error | null }) {
  if (error === null) return null;
  return (
    <p role="alert" className="rounded-md border border-danger/40 bg-danger/10 px-3 py-2 text-sm text-danger">
      {sentence(error)}
    </p>
  );
}

function sentence(error: Error): string {
  if (isUnreachable(error)) return "The server can't be reached. Check your connection and try again.";
  const seconds = retryAfterOf(error);
  return seconds === null ? error.message : `${error.message} (${Math.ceil(seconds)} s)`;
}
