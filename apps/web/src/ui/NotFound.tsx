import { Link } from "@tanstack/react-router";

export function NotFound() {
  return (
    <main className="grid min-h-[60dvh] place-content-center gap-3 p-6 text-center">
      <h1 className="text-xl font-semibold">There is nothing here</h1>
      <p className="text-faint">It may have been moved or deleted, or you may not be a member where it is.</p>
      <Link to="/" className="text-accent underline">
        To your workspaces
      </Link>
    </main>
  );
}
