import type { ReactNode } from "react";

import { Title } from "../../../ui/Title.tsx";

/** A card shown instead of a document. */
export function ShareCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh grid-rows-[1fr_auto_2fr] justify-items-center bg-panel px-4 py-8">
      <Title>{title}</Title>
      <div className="row-start-2 w-full max-w-sm rounded-2xl bg-paper p-6 shadow-raised sm:p-8">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <div className="mt-4 grid gap-4">{children}</div>
      </div>
    </main>
  );
}
