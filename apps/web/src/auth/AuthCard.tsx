import type { ReactNode } from "react";

/** The frame of the pages for people who are not signed in. */
export function AuthCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-content-center bg-panel p-4">
      <div className="w-[min(24rem,calc(100vw-2rem))] rounded-xl border border-line bg-paper p-7 shadow-sm">
        <div className="mb-6 flex items-center gap-2 text-sm font-semibold text-faint">
          <img src="/icon.svg" alt="" className="size-6" />
          MDReader
        </div>
        <h1 className="mb-5 text-2xl font-semibold tracking-tight">{title}</h1>
        {children}
      </div>
    </main>
  );
}
