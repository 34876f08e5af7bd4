import type { ReactNode } from "react";

interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
}

/** An empty list, with a suggestion for what to do. */
export function EmptyState({ icon, title, children }: EmptyStateProps) {
  return (
    <div className="grid justify-items-center gap-2 rounded-xl border border-dashed border-edge px-6 py-12 text-center">
      <span
        aria-hidden="true"
        className="mb-1 grid size-11 place-content-center rounded-full bg-panel text-faint [&_svg]:size-5"
      >
        {icon}
      </span>
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="max-w-md text-sm text-faint">{children}</div>}
    </div>
  );
}
