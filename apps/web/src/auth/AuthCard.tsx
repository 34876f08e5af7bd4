import { type ReactNode, useEffect, useRef } from "react";

import { Title } from "../ui/Title.tsx";

interface AuthCardProps {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
  /** Links to related pages. */
  foot?: ReactNode;
}

/** The frame for signed-out pages and pages opened from an email link. */
export function AuthCard({ title, lead, children, foot }: AuthCardProps) {
  const card = useRef<HTMLDivElement>(null);
  const isStarted = useRef(false);
  // Nothing else on the page comes before its form, which may appear only when the server's settings are known.
  useEffect(() => {
    const field = card.current?.querySelector<HTMLElement>("input:not([hidden])") ?? null;
    if (isStarted.current || field === null) return;
    isStarted.current = true;
    if (document.activeElement === document.body) field.focus();
  });
  return (
    <main className="grid min-h-dvh grid-rows-[1fr_auto_2fr] justify-items-center bg-panel px-4 py-8">
      <Title>{title}</Title>
      <div className="row-start-2 w-full max-w-sm">
        <div className="mb-6 flex items-center justify-center gap-2.5 font-semibold tracking-tight">
          <img src="/icon.svg" alt="" className="size-7" />
          MDReader
        </div>
        <div className="rounded-2xl bg-paper p-6 shadow-raised sm:p-8">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {lead !== undefined && <p className="mt-1.5 text-sm text-faint">{lead}</p>}
          <div ref={card} className="mt-6 grid gap-4">
            {children}
          </div>
        </div>
        {foot !== undefined && <p className="mt-6 text-center text-sm text-faint">{foot}</p>}
      </div>
    </main>
  );
}
