import type { ErrorComponentProps } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";

import { Button } from "./Button.tsx";
import { errorMessage } from "./error-messages.ts";
import { reportProblem } from "./report-problem.ts";
import { Title } from "./Title.tsx";

/** The page in place of one that has failed. */
export function ErrorPage({ error: thrown, reset }: ErrorComponentProps) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return (
    <div className="grid min-h-[70dvh] place-content-center justify-items-center gap-3 p-6 text-center">
      <Title>Something went wrong</Title>
      <TriangleAlert aria-hidden="true" className="size-8 text-faint" strokeWidth={1.5} />
      <h1 className="text-xl font-semibold tracking-tight">Something went wrong</h1>
      <p className="max-w-sm text-faint">This page can't be shown. Try again, or reload it.</p>
      <p className="max-w-sm text-sm wrap-break-word text-faint">{errorMessage(error)}</p>
      <div className="mt-2 flex flex-wrap justify-center gap-2">
        <Button onClick={reset}>Try again</Button>
        <Button onClick={() => reportProblem(error)}>Report a problem</Button>
      </div>
    </div>
  );
}
