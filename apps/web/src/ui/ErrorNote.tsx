import { Button } from "./Button.tsx";
import { type Failure, canRetry, errorMessage } from "./error-messages.ts";

interface ErrorNoteProps {
  error: Failure | null;
  /** Retries the failed action. Offered only if that can help. */
  retry?: () => unknown;
}

/** An error message. Renders nothing without an error. */
export function ErrorNote({ error, retry }: ErrorNoteProps) {
  if (error === null) return null;
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger"
    >
      <span className="min-w-0 flex-1">{errorMessage(error)}</span>
      {retry !== undefined && canRetry(error) && (
        <Button className="text-ink" onClick={() => void retry()}>
          Try again
        </Button>
      )}
    </div>
  );
}
