import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import type { ReactNode } from "react";

import { getButtonClass } from "./Button.tsx";
import { Title } from "./Title.tsx";

/** @param props `children` are shown below the message. */
export function NotFound({ children }: { children?: ReactNode }) {
  return (
    <div className="grid min-h-[70dvh] place-content-center justify-items-center gap-3 p-6 text-center">
      <Title>Not found</Title>
      <Compass aria-hidden="true" className="size-8 text-faint" strokeWidth={1.5} />
      <h1 className="text-xl font-semibold tracking-tight">Page not found</h1>
      <p className="max-w-sm text-faint">
        It may have been moved or deleted, or you may not have access to it.
      </p>
      {children}
      <Link to="/" className={getButtonClass("plain", "mt-2")}>
        Go to your workspaces
      </Link>
    </div>
  );
}
