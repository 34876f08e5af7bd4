import type { ReactNode } from "react";

import { Title } from "./Title.tsx";

interface PageProps {
  title: string;
  /** A line below the title. */
  lead?: ReactNode;
  /** Actions of the page. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of lists and forms: a title and one readable column. */
export function Page({ title, lead, actions, children }: PageProps) {
  return (
    <div className="mx-auto w-full max-w-3xl px-5 pt-8 pb-16 md:px-10 md:pt-14">
      <Title>{title}</Title>
      <header className="mb-8 flex flex-wrap items-end gap-x-4 gap-y-3">
        {/* On phones, actions move below a lead, which would not fit beside them. */}
        <div className={`min-w-0 flex-1 ${lead === undefined || lead === null ? "" : "max-sm:basis-full"}`}>
          <h1 className="text-[1.75rem]/tight font-semibold tracking-tight wrap-break-word">{title}</h1>
          {lead !== undefined && <p className="mt-1.5 text-faint">{lead}</p>}
        </div>
        {actions}
      </header>
      <div className="grid gap-10">{children}</div>
    </div>
  );
}

/** A page section with a heading. */
export function Section({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <section className="grid gap-4">
      <div>
        <h2 className="text-base font-semibold tracking-tight">{title}</h2>
        {lead !== undefined && <p className="mt-0.5 text-sm text-faint">{lead}</p>}
      </div>
      {children}
    </section>
  );
}

/** A list of rows with dividers. */
export function Rows({ children, label }: { children: ReactNode; label: string }) {
  return (
    <ul aria-label={label} className="divide-y divide-line border-y border-line">
      {children}
    </ul>
  );
}

export function Row({ children }: { children: ReactNode }) {
  return <li className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-2 py-2.5">{children}</li>;
}
